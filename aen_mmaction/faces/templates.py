# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Where each detector's five points lie in an upright face.

Coordinates are shares of a unit square, x to the right, y down. It spans
the eyes, with their outer corners at about 0.12 and 0.86, and reaches from
the brows to the mouth; a margin of 0.25 on each side adds hair and chin.
Detectors mark different points, so none may use another's template.
"""
import numpy as np

#: Detector -> float64 (5, 2). The order of the points is the detector's.
TEMPLATES = {
    # outer and inner corner of the eye at the right of the image, the same
    # of the left one, base of the nose: dlib's own mean face
    'dlib': np.array([(.8595675, .2134981), (.6460604, .2289674),
                      (.1205751, .2137275), (.3340851, .2290642),
                      (.4901123, .6277975)]),
    # eye at the left of the image, right eye, tip of the nose, corners of
    # the mouth: medians measured on faces that dlib's template had aligned,
    # made symmetric; so both detectors cut nearly the same face
    'centerface': np.array([(.227, .240), (.763, .240), (.495, .542),
                            (.277, .763), (.713, .763)]),
    # the corners and the centre of the frame's largest centred square
    'none': np.array([(0., 0.), (1., 0.), (0., 1.), (1., 1.), (.5, .5)]),
}
