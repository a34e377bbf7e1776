"""The layouts that an installation begins with. Its migration reads them; a team changes its own
copies."""

from pathlib import Path

_HERE = Path(__file__).parent
#: Name, file, colours.
_LAYOUTS = (
    ("Newsletter", "newsletter.mjml", "#1f5eff", "#eef1f6"),
    ("Letter", "letter.mjml", "#1a7f5a", "#ffffff"),
    ("Announcement", "announcement.mjml", "#7a3cff", "#f3f0fa"),
)


def shipped_layouts() -> list[dict[str, str]]:
    """The fields of each, the default first."""
    return [
        {
            "name": name,
            "source": (_HERE / file).read_text(),
            "brand_color": brand,
            "background_color": background,
        }
        for name, file, brand, background in _LAYOUTS
    ]
