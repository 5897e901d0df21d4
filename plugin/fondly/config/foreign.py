"""Parts of the config that a plugin's model judges: the options of its outputs, its settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from fondly.config.document import Document
from fondly.config.keys import keys_of
from fondly.config.problems import KeyPath, Problem
from fondly.config.suggest import did_you_mean


def judged(
    document: Document,
    path: KeyPath,
    model: type[BaseModel],
    given: Mapping[str, Any],
    *,
    private: bool,
    also: Collection[str] = (),
    blame: KeyPath = (),
) -> tuple[BaseModel | None, list[Problem]]:
    """What ``given``, which stands at ``path``, means to the model, or ``None``, and every problem with it.

    An unknown key is a problem, unless the model itself says what it does with extra ones; ``also`` are keys that are
    known beside its own. ``private`` says whether the file may hold a password; where the model itself fails, it is
    told at ``blame`` below the path.
    """
    problems = []
    own = keys_of(model)
    if model.model_config.get("extra") not in ("allow", "forbid"):
        for key in [key for key in given if key not in own]:
            what = f"is not known here{did_you_mean(key, [*own, *also])}"
            problems.append(document.places.problem((*path, key), what, key=True))
    try:
        return model.model_validate(dict(given), context={"private": private}), problems
    except ValidationError as error:
        from fondly.config.explain import explain  # a good file does not need it

        return None, problems + explain(error, document, model, path)
    except Exception as problem:  # of a plugin's model, whose words may hold anything
        what = f"the plugin of this {'kind ' if blame else ''}could not judge it ({type(problem).__name__})"
        return None, [*problems, document.places.problem((*path, *blame), what)]
