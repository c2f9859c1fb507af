# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import re

import pytest

from aen_mmaction.checks import check_option, name_some


def test_option_is_named_with_its_choices():
    check_option('pool', 'mean', ['cls', 'mean'])
    text = "pool: expected one of ('cls', 'mean'), got 'max'"
    with pytest.raises(ValueError, match=re.escape(text)):
        check_option('pool', 'max', ['cls', 'mean'])


@pytest.mark.parametrize('most, text', [
    (1, 'a, ...'), (2, 'a, b, ...'), (3, 'a, b, c'), (9, 'a, b, c')
])
def test_some_of_three_names(most, text):
    assert name_some(['a', 'b', 'c'], most) == text
