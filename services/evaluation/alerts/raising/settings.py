"""The settings of alerts, from the environment."""

from __future__ import annotations

from pydantic import Field, field_validator

from services.chassis.settings import Told
from services.contracts.alerts import Rule
from services.evaluation.alerts.rules.thresholds import Thresholds


class AlertSettings(Told):
    """What no criteria set says (`Thresholds`): `alert_months` that are watched besides the present one,
    `alert_schedule_day` of the month before, `alert_report_day` of the month after, `alert_shortest` meeting in minutes
    (0: only by the set in force), `alert_points` above the observer's; `alerts_off`: rules that are not watched,
    separated by commas.
    """

    alert_months: int = Field(default=2, ge=0, le=24)
    alert_schedule_day: int = Field(default=25, ge=1, le=28)
    alert_report_day: int = Field(default=10, ge=1, le=28)
    alert_shortest: int = Field(default=0, ge=0, le=1440)
    alert_points: float = Field(default=5, gt=0, le=100)
    alerts_off: str = ""

    @field_validator("alerts_off")
    @classmethod
    def _known(cls, value: str) -> str:
        if unknown := [name for name in _names(value) if name not in list(Rule)]:
            raise ValueError(f"no rule is called {', '.join(unknown)}; there are {', '.join(Rule)}")
        return value

    def thresholds(self, grace_days: int) -> Thresholds:
        """What the rules are given; the days of grace are the board's too."""
        return Thresholds(
            grace_days,
            self.alert_months,
            self.alert_schedule_day,
            self.alert_report_day,
            self.alert_shortest,
            self.alert_points,
            frozenset(_names(self.alerts_off)),
        )


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]
