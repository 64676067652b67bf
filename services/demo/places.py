"""The synthetic city's places: 171 cells of which 39 are grassroots cells and 132 stand under grassroots committees.

Names are of places, offices and kinds of organisation; nobody is named. The city's figures (171 = 39 + 132 cells,
3,368 members, 10 hardest villages) are those published of Lai Châu city; which place has how many is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from services.contracts.registry import CellKind, UnitKind

PROVINCE, CITY = "LAICHAU", "LCCITY"
WARD_A, WARD_B = "TAN-PHONG", "DOAN-KET"
MEMBERS = 3_368
REFORM = date(2025, 7, 1)
"""City and district level abolished: the wards take over on this day."""

NAMES = {
    PROVINCE: "Đảng bộ tỉnh Lai Châu",
    CITY: "Đảng bộ thành phố Lai Châu",
    WARD_A: "Đảng bộ phường Tân Phong",
    WARD_B: "Đảng bộ phường Đoàn Kết",
}
KINDS = {PROVINCE: UnitKind.PROVINCE, CITY: UnitKind.CITY, WARD_A: UnitKind.WARD, WARD_B: UnitKind.WARD}


class Committee(NamedTuple):
    """A grassroots committee: its names under the city and under the ward, and the ward that takes it over."""

    unit: str
    name: str
    later: str
    ward: str
    short: str
    area: str | None = None


class Place(NamedTuple):
    """A cell as first registered. `committee` is None for a grassroots cell; `later` its name after the reform."""

    cell: str
    name: str
    kind: CellKind
    committee: str | None
    ward: str
    later: str | None = None
    hardest: bool = False


def _area(unit: str, rank: str, area: str, ward: str, short: str) -> Committee:
    return Committee(unit, f"Đảng bộ {rank} {area}", f"Đảng bộ khu vực {area}", ward, short, area)


COMMITTEES = (
    _area("DB-TANPHONG", "phường", "Tân Phong", WARD_A, "TP"),
    _area("DB-DONGPHONG", "phường", "Đông Phong", WARD_A, "DP"),
    _area("DB-SANTHANG", "xã", "San Thàng", WARD_A, "ST"),
    _area("DB-DOANKET", "phường", "Đoàn Kết", WARD_B, "DK"),
    _area("DB-QUYETTHANG", "phường", "Quyết Thắng", WARD_B, "QT"),
    _area("DB-QUYETTIEN", "phường", "Quyết Tiến", WARD_B, "QI"),
    _area("DB-SUNGPHAI", "xã", "Sùng Phài", WARD_B, "SP"),
    Committee("DB-CONGAN", "Đảng bộ Công an thành phố", "Đảng bộ Công an phường Tân Phong", WARD_A, "CA"),
    Committee("DB-YTE", "Đảng bộ Trung tâm Y tế thành phố", "Đảng bộ Trung tâm Y tế khu vực", WARD_B, "YT"),
    Committee("DB-MOITRUONG", "Đảng bộ Công ty Môi trường đô thị", "Đảng bộ Công ty Môi trường đô thị", WARD_B, "MT"),
    Committee("DB-UBND", "Đảng bộ cơ quan UBND thành phố", "Đảng bộ cơ quan UBND phường Đoàn Kết", WARD_B, "UB"),
)

RESIDENTIAL = {"TP": 17, "DP": 8, "DK": 12, "QT": 8, "QI": 8}
VILLAGES = {
    "DP": ("Tả Làn Than", "Sùng Chô", "Nà Pắn", "Tà Páo"),
    "ST": (
        *("Xéo Xin Chải", "Phan Lìn", "Lò Suối Tủng", "Chin Chu Chải"),
        *("San Thàng 1", "San Thàng 2", "Lùng Thàng", "Thành Công", "Cắng Đắng", "Trung Tâm"),
    ),
    "SP": (
        *("Cư Nhà La", "Tả Chải", "Sin Chải", "Căn Câu", "Suối Thầu", "Sin Páo Chải"),
        *("Trung Chải", "Làng Giảng", "Hồi Lùng", "Gia Khâu", "Nậm Loỏng"),
    ),
}
HARDEST = {"ST": 4, "SP": 6}
"""How many of an area's villages, from the first, are among the 10 hardest."""
SCHOOLS = {
    "TP": ("Mầm non Hoa Ban", "Tiểu học Tân Phong", "THCS Tân Phong"),
    "DP": ("Mầm non Đông Phong", "Tiểu học Đông Phong"),
    "ST": ("Mầm non San Thàng", "THCS San Thàng"),
    "DK": ("Mầm non Đoàn Kết", "THCS Đoàn Kết"),
    "QT": ("Tiểu học Quyết Thắng",),
    "QI": ("THCS Quyết Tiến",),
    "SP": ("Mầm non Sùng Phài", "THCS Sùng Phài"),
}
TEAMS = {
    "CA": (
        CellKind.ARMED_FORCES,
        "Đội",
        *("Tham mưu", "An ninh", "Cảnh sát hình sự", "Cảnh sát kinh tế", "Cảnh sát giao thông"),
        *("Quản lý hành chính", "Cảnh sát cơ động", "Hậu cần", "Điều tra tổng hợp", "Thi hành án hình sự"),
    ),
    "YT": (
        CellKind.HEALTH,
        "Khoa",
        *("Khám bệnh", "Nội nhi", "Ngoại sản", "Dược", "Kiểm soát bệnh tật", "Y học cổ truyền", "Dân số"),
    ),
    "MT": (CellKind.ENTERPRISE, "Đội", "Văn phòng công ty", "Thu gom", "Cây xanh", "Chiếu sáng", "Thoát nước"),
    "UB": (CellKind.AGENCY, "Phòng", "Nội vụ", "Tài chính", "Kinh tế hạ tầng", "Giáo dục", "Văn hóa thông tin"),
}

GRASSROOTS_OFFICES = (
    ("Văn phòng Thành ủy", "Văn phòng Đảng ủy phường Tân Phong", WARD_A),
    ("Ban Tổ chức Thành ủy", "Ban Xây dựng Đảng phường Tân Phong", WARD_A),
    ("Ủy ban Kiểm tra Thành ủy", "Ủy ban Kiểm tra Đảng ủy phường Tân Phong", WARD_A),
    ("Ban Tuyên giáo Thành ủy", "Ban Xây dựng Đảng phường Đoàn Kết", WARD_B),
    ("Ủy ban Mặt trận Tổ quốc thành phố", "Ủy ban Mặt trận Tổ quốc phường Đoàn Kết", WARD_B),
    ("Trung tâm Chính trị thành phố", "Văn phòng Đảng ủy phường Đoàn Kết", WARD_B),
    ("Viện Kiểm sát nhân dân thành phố", "Viện Kiểm sát nhân dân khu vực 1", WARD_A),
    ("Tòa án nhân dân thành phố", "Tòa án nhân dân khu vực 1", WARD_A),
    ("Chi cục Thi hành án dân sự thành phố", "Phòng Thi hành án dân sự khu vực 1", WARD_A),
    ("Kho bạc Nhà nước thành phố", "Phòng Giao dịch Kho bạc Nhà nước số 1", WARD_B),
    ("Chi cục Thuế thành phố", "Thuế cơ sở 1", WARD_B),
)
GRASSROOTS_SCHOOLS = (
    *("Mầm non Hoa Hồng", "Mầm non Hoa Sen", "Mầm non Sao Mai", "Mầm non Bình Minh", "Mầm non Ánh Dương"),
    *("Mầm non Hoa Đào", "Mầm non Tây Bắc", "Tiểu học số 1", "Tiểu học số 2", "Tiểu học Đoàn Kết"),
    *("Tiểu học San Thàng", "Tiểu học Sùng Phài", "Tiểu học Nậm Loỏng", "THCS Quyết Thắng", "THCS Đông Phong"),
    *("THCS Nậm Loỏng", "THPT Thành phố", "THPT Dân tộc nội trú", "Trung tâm Giáo dục thường xuyên", "THPT Đông Phong"),
)
GRASSROOTS_COMPANIES = ("Điện lực", "Cấp nước", "Bưu điện", "Xây dựng số 2", "Chè Tam Đường")
GRASSROOTS_OTHERS = ("Hội Cựu chiến binh", "Hợp tác xã dịch vụ nông nghiệp")


def _under(committee: Committee) -> Iterator[Place]:
    unit, ward, short, area = committee.unit, committee.ward, committee.short, committee.area
    if area is None:
        kind, what, *names = TEAMS[short]
        for n, name in enumerate(names, 1):
            yield Place(f"{short}-{n:02}", f"Chi bộ {what} {name}", CellKind(kind), unit, ward)
        return
    yield Place(f"{short}-CQ", f"Chi bộ Cơ quan {area}", CellKind.AGENCY, unit, ward)
    yield Place(f"{short}-YT", f"Chi bộ Trạm Y tế {area}", CellKind.HEALTH, unit, ward)
    for n, name in enumerate(SCHOOLS[short], 1):
        yield Place(f"{short}-TH{n:02}", f"Chi bộ Trường {name}", CellKind.SCHOOL, unit, ward)
    for n in range(1, RESIDENTIAL.get(short, 0) + 1):
        name = f"Chi bộ Tổ dân phố số {n} {area}"
        yield Place(f"{short}-TDP{n:02}", name, CellKind.RESIDENTIAL, unit, ward)
    for n, name in enumerate(VILLAGES.get(short, ()), 1):
        hardest = n <= HARDEST.get(short, 0)
        yield Place(f"{short}-BAN{n:02}", f"Chi bộ bản {name}", CellKind.VILLAGE, unit, ward, hardest=hardest)


def _grassroots() -> Iterator[Place]:
    for n, (name, later, ward) in enumerate(GRASSROOTS_OFFICES, 1):
        yield Place(f"CS-CQ{n:02}", f"Chi bộ {name}", CellKind.AGENCY, None, ward, f"Chi bộ {later}")
    wards = (WARD_A, WARD_B)
    for n, name in enumerate(GRASSROOTS_SCHOOLS, 1):
        yield Place(f"CS-TH{n:02}", f"Chi bộ Trường {name}", CellKind.SCHOOL, None, wards[n % 2])
    for n, name in enumerate(GRASSROOTS_COMPANIES, 1):
        yield Place(f"CS-DN{n:02}", f"Chi bộ Công ty {name}", CellKind.ENTERPRISE, None, wards[n % 2])
    for n, name in enumerate(GRASSROOTS_OTHERS, 1):
        yield Place(f"CS-KH{n:02}", f"Chi bộ {name}", CellKind.OTHER, None, wards[n % 2])
    name, later = "Chi bộ Ban Chỉ huy Quân sự thành phố", "Chi bộ Ban Chỉ huy phòng thủ khu vực 1"
    yield Place("CS-QS01", name, CellKind.ARMED_FORCES, None, WARD_A, later)


def places() -> tuple[Place, ...]:
    """Every cell as first registered, in the order of registration."""
    return (*(place for committee in COMMITTEES for place in _under(committee)), *_grassroots())
