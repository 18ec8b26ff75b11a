"""Why a goal is not met, for the page: the name of a row (see `Row.name`) and what was found."""

REASONS: dict[str, str] = {}
