# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np


def get_rng(results: dict) -> np.random.Generator:
    """The sample's generator.

    Our data sets give ``results['rng']``, seeded by (seed, epoch, clip). For
    another data set one is seeded from NumPy's global state, which MMEngine
    seeds per worker, and kept for the sample's later transforms.

    Args:
        results (dict): The sample; ``rng`` is added when absent.

    Returns:
        np.random.Generator: The generator to draw from.
    """
    if 'rng' not in results:
        results['rng'] = np.random.default_rng(np.random.randint(2**31))
    return results['rng']
