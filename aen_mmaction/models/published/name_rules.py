# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Names of weights, from one program's to another's and back.

A rule is a pair of templates, ``('fc.{rest}', 'cls_head.fc.{rest}')``:
``{rest}`` is any text, any other field a number. Of several rules the
first that matches counts, in either direction.
"""
import re
from typing import Iterable, List, Optional, Sequence, Tuple

Rule = Tuple[str, str]
_FIELD = re.compile(r'\\\{(\w+)\\\}')


def rename(name: str,
           rules: Sequence[Rule],
           reverse: bool = False) -> Optional[str]:
    """Rename one weight.

    Args:
        name (str): Its name.
        rules (Sequence[Rule]): Pairs of templates (theirs, ours).
        reverse (bool): From ours to theirs.

    Returns:
        str | None: Its new name; None when no rule matches.

    Example:
        >>> rename('fc.bias', [('fc.{rest}', 'cls_head.{rest}')])
        'cls_head.bias'
    """
    for source, target in rules:
        if reverse:
            source, target = target, source
        match = _pattern(source).fullmatch(name)
        if match:
            return target.format(**match.groupdict())
    return None


def _pattern(template: str) -> re.Pattern:
    return re.compile(
        _FIELD.sub(
            lambda field: '(?P<{}>{})'.format(
                field[1], '.+' if field[1] == 'rest' else r'\d+'),
            re.escape(template)))


def transformer_rules(theirs: str, ours: str) -> List[Rule]:
    """Rules of a stack of pre-norm blocks.

    Args:
        theirs (str): Prefix of the published stack.
        ours (str): Prefix of our sequence of :class:`TransformerBlock`.
    """
    parts = [('0.fn.norm', 'attn_norm'), ('0.fn.fn.to_qkv', 'attn.qkv'),
             ('0.fn.fn.to_out.0', 'attn.out'), ('1.fn.norm', 'mlp_norm'),
             ('1.fn.fn.net.0', 'mlp.0'), ('1.fn.fn.net.3', 'mlp.2')]
    return [(theirs + '.layers.{n}.' + a + '.{rest}',
             ours + '.{n}.' + b + '.{rest}') for a, b in parts]


def unused_rules(prefixes: Iterable[str]) -> List[Rule]:
    """Rules that keep weights under their own names in ``unused.``."""
    return [(f'{prefix}{{rest}}', f'unused.{prefix}{{rest}}')
            for prefix in prefixes]
