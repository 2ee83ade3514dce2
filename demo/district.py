"""The made-up district as data: its units, procedures, words and people. The province H99 does not exist."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from math import fsum

FIRST_DAY = date(2019, 11, 1)
LAST_DAY = date(2020, 12, 31)
MERGE_DAY = date(2020, 7, 1)


@dataclass(frozen=True)
class Unit:
    """An office of the district."""

    code: str
    name: str
    level: str
    kind: str
    parent: str = "H99.12"
    valid_from: date = date(2015, 1, 1)
    valid_to: date | None = None
    # How much of the communes' work it has.
    weight: float = 0.0

    def in_force(self, day: date) -> bool:
        """Whether the unit exists on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


DEPARTMENTS = (
    "Văn phòng HĐND và UBND huyện",
    "Phòng Nội vụ",
    "Phòng Tư pháp",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Tài nguyên và Môi trường",
    "Phòng Lao động - Thương binh và Xã hội",
    "Phòng Văn hóa và Thông tin",
    "Phòng Giáo dục và Đào tạo",
    "Phòng Y tế",
    "Thanh tra huyện",
    "Phòng Kinh tế và Hạ tầng",
    "Phòng Nông nghiệp và Phát triển nông thôn",
)
COMMUNES = (
    ("UBND thị trấn Mẫu Sơn", 2.2),
    ("UBND xã Đồi Thông", 1.3),
    ("UBND xã Suối Ngà", 1.0),
    ("UBND xã Khe Vàng", 0.9),
    ("UBND xã Nà Lục", 0.6),
    ("UBND xã Bản Sậy", 0.5),
    ("UBND xã Đá Chồng", 0.7),
    ("UBND xã Cầu Mây", 1.4),
    ("UBND xã Tân Ước", 1.2),
    ("UBND xã Minh Khê", 1.1),
    ("UBND xã Hòa Mộc", 1.0),
    ("UBND xã Phú Lúa", 0.9),
    ("UBND xã Đông Chuối", 0.8),
    ("UBND xã Vườn Cam", 1.1),
    ("UBND xã Bến Tre Gai", 1.0),
)
MERGED = {"H99.12.34": "H99.12.36", "H99.12.35": "H99.12.36"}

ROOT = Unit("H99.12", "UBND huyện Mẫu Sơn", "district", "district", parent="")
COUNTER = Unit("H99.12.13", "Bộ phận Tiếp nhận và Trả kết quả huyện", "district", "one_stop_counter")
LAND_BRANCH = Unit("H99.12.14", "Chi nhánh Văn phòng Đăng ký đất đai huyện Mẫu Sơn", "district", "vertical_agency")


def _communes() -> list[Unit]:
    """The communes, of which two end where the one that they were merged into begins."""
    units = []
    for number, (name, weight) in enumerate(COMMUNES, start=21):
        code = f"H99.12.{number}"
        valid_to = date(2020, 6, 30) if code in MERGED else None
        units.append(Unit(code, name, "commune", "commune", valid_to=valid_to, weight=weight))
    joint = fsum(unit.weight for unit in units if unit.code in MERGED)
    units.append(Unit("H99.12.36", "UBND xã Cam Thượng Mới", "commune", "commune", valid_from=MERGE_DAY, weight=joint))
    return units


COMMUNE_UNITS = _communes()
UNITS = [
    ROOT,
    *(Unit(f"H99.12.{number:02}", name, "district", "department") for number, name in enumerate(DEPARTMENTS, start=1)),
    COUNTER,
    LAND_BRANCH,
    *COMMUNE_UNITS,
]
UNIT = {unit.code: unit for unit in UNITS}
# The commune whose outgoing register nobody exports.
WITHOUT_REGISTER = "H99.12.27"
# The commune that keeps a paper book, and the one that hands in nothing but a total of what is outside the system.
PAPER_KEEPER, TOTALS_ONLY = "H99.12.26", "H99.12.25"

# Source, the spelling that it uses, the unit that is meant.
ALIASES = (
    ("igate", "Phòng TN&MT", "H99.12.05"),
    ("igate", "Phòng LĐ-TB&XH", "H99.12.06"),
    ("igate", "Bộ phận TN&TKQ huyện", "H99.12.13"),
    ("igate", "Chi nhánh VPĐKĐĐ Mẫu Sơn", "H99.12.14"),
    ("tandan", "Xã Đồi Thông", "H99.12.22"),
    ("tandan", "Xã Cầu Mây", "H99.12.28"),
    ("tandan", "TT. Mẫu Sơn", "H99.12.21"),
    ("vanban_di", "VP HĐND&UBND", "H99.12.01"),
    ("vanban_di", "Phòng TC-KH", "H99.12.04"),
    ("vanban_log", "VP HĐND&UBND huyện Mẫu Sơn", "H99.12.01"),
    ("vanban_log", "Phòng NN&PTNT", "H99.12.12"),
)
SPELLING = {(source, code): alias for source, alias, code in ALIASES}


def spelled(source: str, code: str) -> str:
    """The name under which a source's exports know a unit."""
    return SPELLING.get((source, code), UNIT[code].name)


@cache
def older_code(code: str) -> str:
    """A unit's code in the older syntax, most significant group last and filled up with zeros."""
    groups = code.split(".")
    filled = [*groups, *["00"] * (3 - len(groups)), "000"]
    return ".".join(reversed(filled))


FIELDS = {
    "HOTICH": "Hộ tịch",
    "CHUNGTHUC": "Chứng thực",
    "DATDAI": "Đất đai",
    "MOITRUONG": "Môi trường",
    "BAOTRO": "Bảo trợ xã hội",
    "NGUOICONG": "Người có công",
    "KINHDOANH": "Thành lập và hoạt động của hộ kinh doanh",
    "XAYDUNG": "Hoạt động xây dựng",
    "GIAODUC": "Giáo dục và Đào tạo",
    "VANHOA": "Văn hóa, thể thao",
    "THIDUA": "Thi đua - khen thưởng",
}


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure; `resolver` is the district's unit that handles it, empty for the communes' own."""

    code: str
    name: str
    field: str
    level: str
    service_level: int
    days: int
    weight: float
    resolver: str = ""


# Name, field, service level, working days, weight, resolving unit's last group.
DISTRICT_PROCEDURES = (
    ("Đăng ký biến động quyền sử dụng đất do chuyển nhượng, tặng cho, thừa kế", "DATDAI", 3, 15, 14, "14"),
    ("Cấp đổi Giấy chứng nhận quyền sử dụng đất", "DATDAI", 3, 20, 7, "14"),
    ("Đăng ký, cấp Giấy chứng nhận quyền sử dụng đất lần đầu", "DATDAI", 2, 30, 5, "14"),
    ("Xóa đăng ký thế chấp quyền sử dụng đất", "DATDAI", 3, 15, 4, "14"),
    ("Chuyển mục đích sử dụng đất phải được phép của cơ quan nhà nước có thẩm quyền", "DATDAI", 2, 25, 4, "05"),
    ("Giao đất, cho thuê đất cho hộ gia đình, cá nhân", "DATDAI", 2, 20, 1.5, "05"),
    ("Xác nhận kế hoạch bảo vệ môi trường cấp huyện", "MOITRUONG", 4, 10, 1.5, "05"),
    ("Chứng thực bản sao từ bản chính do cơ quan nước ngoài cấp", "CHUNGTHUC", 2, 0, 6, "03"),
    ("Chứng thực chữ ký người dịch", "CHUNGTHUC", 2, 1, 2, "03"),
    ("Đăng ký kết hôn có yếu tố nước ngoài", "HOTICH", 3, 15, 1.5, "03"),
    ("Thay đổi, cải chính, bổ sung hộ tịch cho người từ đủ 14 tuổi trở lên", "HOTICH", 3, 3, 4, "03"),
    ("Cấp bản sao trích lục hộ tịch tại Phòng Tư pháp", "HOTICH", 4, 1, 4, "03"),
    ("Đăng ký thành lập hộ kinh doanh", "KINHDOANH", 4, 3, 9, "04"),
    ("Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", "KINHDOANH", 4, 3, 5, "04"),
    ("Chấm dứt hoạt động hộ kinh doanh", "KINHDOANH", 4, 3, 3, "04"),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "XAYDUNG", 4, 15, 7, "11"),
    ("Điều chỉnh giấy phép xây dựng", "XAYDUNG", 3, 15, 1.5, "11"),
    ("Thẩm định báo cáo kinh tế - kỹ thuật đầu tư xây dựng", "XAYDUNG", 3, 20, 1.5, "11"),
    ("Trợ cấp xã hội hàng tháng cho đối tượng bảo trợ xã hội", "BAOTRO", 3, 10, 5, "06"),
    ("Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội", "BAOTRO", 3, 5, 2.5, "06"),
    ("Giải quyết chế độ mai táng phí đối với người có công", "NGUOICONG", 3, 10, 2, "06"),
    ("Chuyển trường đối với học sinh trung học cơ sở", "GIAODUC", 4, 3, 2.5, "08"),
    ("Cấp phép thành lập trường mầm non, trường tiểu học tư thục", "GIAODUC", 2, 20, 0.5, "08"),
    ("Cấp giấy phép kinh doanh dịch vụ karaoke", "VANHOA", 4, 5, 0.8, "07"),
    ("Tặng danh hiệu “Lao động tiên tiến” cấp huyện", "THIDUA", 4, 20, 1.5, "02"),
)
COMMUNE_PROCEDURES = (
    ("Chứng thực bản sao từ bản chính giấy tờ, văn bản", "CHUNGTHUC", 2, 0, 30),
    ("Chứng thực chữ ký (áp dụng cho cả trường hợp điểm chỉ; không thể ký, không thể điểm chỉ)", "CHUNGTHUC", 2, 0, 12),
    ("Chứng thực hợp đồng, giao dịch liên quan đến tài sản là động sản", "CHUNGTHUC", 2, 1, 4),
    ("Đăng ký khai sinh", "HOTICH", 4, 1, 12),
    ("Đăng ký khai tử", "HOTICH", 4, 1, 5),
    ("Đăng ký kết hôn", "HOTICH", 3, 1, 6),
    ("Cấp Giấy xác nhận tình trạng hôn nhân", "HOTICH", 4, 3, 9),
    ("Cấp bản sao trích lục hộ tịch", "HOTICH", 4, 1, 9),
    ("Liên thông đăng ký khai sinh, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi", "HOTICH", 4, 10, 5),
    ("Hòa giải tranh chấp đất đai", "DATDAI", 2, 30, 0.8),
    ("Xác nhận hộ gia đình, cá nhân trực tiếp sản xuất nông nghiệp", "DATDAI", 3, 5, 1.5),
    ('Xác nhận hộ nghèo, hộ cận nghèo (mẫu "hộ nghèo" trong năm)', "BAOTRO", 3, 7, 3),
    ("Xác định mức độ khuyết tật và cấp Giấy xác nhận khuyết tật", "BAOTRO", 3, 25, 1.5),
    ("Cấp giấy xác nhận thân nhân của người có công", "NGUOICONG", 3, 3, 2),
    ("Công nhận “Gia đình văn hóa”", "VANHOA", 4, 5, 1.2),
    ("Tặng Giấy khen của Chủ tịch UBND cấp xã", "THIDUA", 4, 15, 0.8),
)
PROCEDURES = [
    *(
        Procedure(f"1.900{number:03}", name, field, "district", level, days, weight, f"H99.12.{resolver}")
        for number, (name, field, level, days, weight, resolver) in enumerate(DISTRICT_PROCEDURES, start=101)
    ),
    *(
        Procedure(f"1.900{number:03}", name, field, "commune", level, days, weight)
        for number, (name, field, level, days, weight) in enumerate(COMMUNE_PROCEDURES, start=501)
    ),
]

DISTRICT_SHARE = 0.4
# Of a hundred dossiers, how many come online on the first and on the last day.
ONLINE_SHARE = (0.10, 0.45)
# How much more often than others a procedure of a service level is asked for online; level 2 should never be.
ONLINE_PULL = {2: 0.04, 3: 1.0, 4: 1.4}
POSTAL_SHARE = 0.05
UNKNOWN_CHANNEL_SHARE = 0.012

STATUS_WORDS = {
    "igate": {
        "REGISTERED": "Mới đăng ký",
        "RECEIVED": "Mới tiếp nhận",
        "PROCESSING": "Đang xử lý",
        "SUPPLEMENT": "Yêu cầu bổ sung giấy tờ",
        "FINANCIAL": "Chờ thực hiện nghĩa vụ tài chính",
        "PAUSED": "Tạm dừng",
        "DONE_WAIT_RETURN": "Đã xử lý xong",
        "RETURNED": "Đã trả kết quả",
        "REJECTED": "Không được tiếp nhận",
        "WITHDRAWN": "Công dân yêu cầu rút hồ sơ",
        "CANCELLED": "Đã hủy",
    },
    "tandan": {
        "REGISTERED": "Mới đăng ký",
        "RECEIVED": "Mới tiếp nhận",
        "PROCESSING": "Đang giải quyết",
        "SUPPLEMENT": "Chờ bổ sung",
        "FINANCIAL": "Chờ thực hiện nghĩa vụ tài chính",
        "PAUSED": "Dừng xử lý",
        "DONE_WAIT_RETURN": "Có kết quả",
        "RETURNED": "Đã trả kết quả",
        "REJECTED": "Không được tiếp nhận",
        "WITHDRAWN": "Rút hồ sơ",
        "CANCELLED": "Đã hủy",
    },
}
CHANNEL_WORDS = {
    "igate": {"online": "Trực tuyến", "in_person": "Trực tiếp", "postal": "Qua BCCI", "": ""},
    "tandan": {"online": "Qua mạng", "in_person": "Một cửa", "postal": "Bưu chính công ích", "": ""},
}
RESOLVED = {"DONE_WAIT_RETURN", "RETURNED", "WITHDRAWN"}
EXCLUDED = {"REGISTERED", "REJECTED", "CANCELLED"}
WAITING = {"SUPPLEMENT", "FINANCIAL", "PAUSED"}
