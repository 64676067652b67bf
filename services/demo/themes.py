"""What thematic meetings are about, the guidance that observers give, and the reasons that reports give."""

from __future__ import annotations

from services.contracts.registry import CellKind

COMMON = (
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Nâng cao chất lượng sinh hoạt chi bộ",
    "Nâng cao vai trò nêu gương của đảng viên",
    "Ứng dụng công nghệ thông tin trong sinh hoạt chi bộ",
    "Công tác phát triển đảng viên mới",
)
BY_KIND = {
    CellKind.VILLAGE: ("Xóa bỏ hủ tục trong việc cưới, việc tang", "Phát triển cây chè", "Giữ gìn vệ sinh đường bản"),
    CellKind.RESIDENTIAL: ("Xây dựng tổ dân phố văn minh", "Phân loại rác tại nguồn", "Giữ gìn trật tự đô thị"),
    CellKind.AGENCY: ("Cải cách thủ tục hành chính", "Văn hóa công sở"),
    CellKind.SCHOOL: ("Đổi mới phương pháp dạy học", "Phòng chống bạo lực học đường"),
    CellKind.ENTERPRISE: ("An toàn lao động", "Tiết kiệm, chống lãng phí"),
    CellKind.ARMED_FORCES: ("Chấp hành kỷ luật", "Làm tốt công tác dân vận"),
    CellKind.HEALTH: ("Nâng cao y đức", "Phòng chống dịch bệnh ở cơ sở"),
}
OWN_THEMES = ("Xây dựng quỹ khuyến học của chi bộ", "Ôn lại truyền thống chi bộ")
"""Themes that cells plan of their own accord."""
RETURNED = ("Chuyên đề chưa sát định hướng", "Bổ sung chuyên đề cho đủ bốn quý", "Chưa rõ người chuẩn bị nội dung")
CANCELLED = ("Mưa lũ, đường vào bản bị chia cắt", "Trùng hội nghị của cấp trên", "Phòng chống dịch bệnh")
POSTPONED = ("Bí thư đi công tác", "Trùng lịch họp của phường", "Chờ nghị quyết của cấp trên")
WITHDRAWN = "Nhập nhầm phiếu của chi bộ khác"
GUIDANCE = (
    "Tăng thời gian thảo luận, mời nhiều ý kiến hơn",
    "Gửi tài liệu trước cuộc họp ít nhất một ngày",
    "Kiểm điểm kỹ việc thực hiện nghị quyết kỳ trước",
    "Ghi biên bản đầy đủ, nộp đúng hạn",
    "Chấm điểm sát tiêu chí",
)
NOBODY_CAME = "Nhập nhầm, không có người dự"
DISAGREED = (
    "Biên bản chưa ghi đủ ý kiến thảo luận",
    "Kết quả thực hiện nghị quyết chấm chưa sát",
    "Đối chiếu lại với biên bản",
)
RECLASSIFIED = "Kiểm tra lại hồ sơ sinh hoạt, điểm tự chấm không đúng thực tế"
CANCELLED_GRADE = "Quyết định ban hành nhầm tháng"
LOWERED = "Hồ sơ minh chứng chưa đầy đủ"
OVER_QUOTA = "Vượt tỷ lệ hoàn thành xuất sắc nhiệm vụ"
YEAR_RECLASSIFIED = "Kiểm tra lại hồ sơ, kết quả thực hiện nhiệm vụ không đúng thực tế"
YEAR_CANCELLED = "Quyết định ban hành nhầm chi bộ"
CORRECTIONS = {
    "minutes": "Ghi nhầm thời lượng họp",
    "speakers": "Đếm lại số ý kiến phát biểu theo biên bản",
    "targets": "Rà soát lại kết quả thực hiện nghị quyết",
    "absences": "Đảng viên bổ sung giấy xin phép",
    "minutes_filed_on": "Bổ sung ngày nộp biên bản",
}
"""What a correction changes, and the reason given."""


def themes(kind: CellKind) -> tuple[str, ...]:
    """The themes that cells of this kind choose from."""
    return (*COMMON, *BY_KIND.get(kind, ()))
