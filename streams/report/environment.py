"""What every page is rendered with: escaped, and strict about names that are not there."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def environment(*packages: str) -> Environment:
    """Templates of `packages`, the first that has one counting; those of the replay report are always there."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in (*packages, "streams.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
