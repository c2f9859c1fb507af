# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Files of MAE, timm and CLIP in MMPretrain's vision transformer."""
import pytest
import torch
from mmpretrain.models import VisionTransformer
from torch.nn import functional as F

from aen_mmaction.models.vit_names import to_mmpretrain_vit
from aen_mmaction.models.weights import load_shared_weights

DIM, PATCH = 8, 4


def vit(size, **options):
    model = VisionTransformer(
        dict(
            embed_dims=DIM,
            num_layers=1,
            num_heads=2,
            feedforward_channels=16),
        img_size=size,
        patch_size=PATCH,
        out_type='featmap',
        **options)
    model.train(False)  # it returns None
    return model


def block(prefix, attention, norms, mlp):
    """Weights of the one block: names as given, values at random."""
    names = dict(zip(('qkv', 'proj'), attention))
    return {
        f'{prefix}{name}': torch.randn(shape)
        for name, shape in {
            names['qkv'] + 'weight': (3 * DIM, DIM),
            names['qkv'] + 'bias': 3 * DIM,
            names['proj'] + '.weight': (DIM, DIM),
            names['proj'] + '.bias': DIM,
            **{f'{n}.{part}': DIM
               for n in norms for part in ('weight', 'bias')},
            mlp[0] + '.weight': (16, DIM),
            mlp[0] + '.bias': 16,
            mlp[1] + '.weight': (DIM, 16),
            mlp[1] + '.bias': DIM,
        }.items()
    }


def mae_file(grid):
    """As MAE's program writes it; its decoder and mask token with it."""
    return {
        'cls_token': torch.randn(1, 1, DIM),
        'pos_embed': torch.randn(1, 1 + grid * grid, DIM),
        'patch_embed.proj.weight': torch.randn(DIM, 3, PATCH, PATCH),
        'patch_embed.proj.bias': torch.randn(DIM),
        **block('blocks.0.', ('attn.qkv.', 'attn.proj'), ('norm1', 'norm2'),
                ('mlp.fc1', 'mlp.fc2')),
        'norm.weight': torch.randn(DIM),
        'norm.bias': torch.randn(DIM),
        'mask_token': torch.randn(1, 1, 4),
        'decoder_embed.weight': torch.randn(4, DIM),
    }


def clip_file(grid):
    """As OpenAI's program writes it, a text weight with it."""
    image = {
        'class_embedding': torch.randn(DIM),
        'positional_embedding': torch.randn(1 + grid * grid, DIM),
        'conv1.weight': torch.randn(DIM, 3, PATCH, PATCH),
        'ln_pre.weight': torch.randn(DIM),
        'ln_pre.bias': torch.randn(DIM),
        **block('transformer.resblocks.0.', ('attn.in_proj_', 'attn.out_proj'),
                ('ln_1', 'ln_2'), ('mlp.c_fc', 'mlp.c_proj')),
        'ln_post.weight': torch.randn(DIM),
        'ln_post.bias': torch.randn(DIM),
        'proj': torch.randn(DIM, 4),
    }
    return {
        **{f'visual.{k}': v for k, v in image.items()},
        'transformer.resblocks.0.ln_1.weight': torch.randn(DIM)
    }


def oracle(w, prefix, tokens, attention, norms, mlp, activation, eps):
    """A pre-norm block of two heads by its equations; then no last norm."""

    def norm(x, name):
        return F.layer_norm(x, (DIM, ), w[f'{name}.weight'],
                            w[f'{name}.bias'], eps)

    def linear(x, name):
        return F.linear(x, w[f'{name}weight'], w[f'{name}bias'])

    x = tokens
    q, k, v = linear(norm(x, prefix + norms[0]),
                     prefix + attention[0]).chunk(3, -1)
    heads = [(a[:, s] @ b[:, s].T / 2).softmax(-1) @ c[:, s]  # sqrt(4) = 2
             for a, b, c in [(q, k, v)] for s in (slice(4), slice(4, 8))]
    x = x + linear(torch.cat(heads, -1), prefix + attention[1] + '.')
    y = activation(linear(norm(x, prefix + norms[1]), prefix + mlp[0] + '.'))
    return x + linear(y, prefix + mlp[1] + '.')


def check(model, image, tokens):
    """The model's map holds the last tokens, without [CLS]."""
    found, = model(image[None])
    torch.testing.assert_close(
        found[0].flatten(1).T, tokens[1:].detach(), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_mae_computes_what_it_did(tmp_path):
    file = mae_file(grid=2)
    torch.save(dict(model=file), tmp_path / 'mae.pth')
    model = vit(8)
    report = load_shared_weights(
        model, str(tmp_path / 'mae.pth'), prefix='', names='mae',
        left_over=('mask_token', 'decoder'))
    assert 'left in the file: decoder_embed.weight (1), mask_token' in report
    image = torch.randn(3, 8, 8)
    patches = F.conv2d(image[None], file['patch_embed.proj.weight'],
                       file['patch_embed.proj.bias'], PATCH)
    tokens = torch.cat([file['cls_token'][0], patches[0].flatten(1).T])
    tokens = oracle(file, 'blocks.0.', tokens + file['pos_embed'][0],
                    ('attn.qkv.', 'attn.proj'), ('norm1', 'norm2'),
                    ('mlp.fc1', 'mlp.fc2'), F.gelu, 1e-6)
    tokens = F.layer_norm(tokens, (DIM, ), file['norm.weight'],
                          file['norm.bias'], 1e-6)
    check(model, image, tokens)


@torch.no_grad()
def test_clip_computes_what_it_did(tmp_path):
    file = clip_file(grid=2)
    torch.save(file, tmp_path / 'clip.pth')
    model = vit(8, pre_norm=True, norm_cfg=dict(type='LN', eps=1e-5),
                layer_cfgs=dict(act_cfg=dict(type='mmpretrain.QuickGELU')))
    load_shared_weights(
        model, str(tmp_path / 'clip.pth'), prefix='visual.', names='clip',
        left_over=('proj', ))
    w = {k[7:]: v for k, v in file.items() if k.startswith('visual.')}
    image = torch.randn(3, 8, 8)
    patches = F.conv2d(image[None], w['conv1.weight'], None, PATCH)
    tokens = torch.cat([w['class_embedding'][None],
                        patches[0].flatten(1).T]) + w['positional_embedding']
    tokens = F.layer_norm(tokens, (DIM, ), w['ln_pre.weight'],
                          w['ln_pre.bias'], 1e-5)
    tokens = oracle(w, 'transformer.resblocks.0.', tokens,
                    ('attn.in_proj_', 'attn.out_proj'), ('ln_1', 'ln_2'),
                    ('mlp.c_fc', 'mlp.c_proj'),
                    lambda x: x * torch.sigmoid(1.702 * x), 1e-5)
    tokens = F.layer_norm(tokens, (DIM, ), w['ln_post.weight'],
                          w['ln_post.bias'], 1e-5)
    check(model, image, tokens)


def test_positions_of_another_image_size_are_resized(tmp_path):
    file = mae_file(grid=4)
    file['pos_embed'][:, 1:] = 3.  # the same everywhere: resizing keeps it
    torch.save(file, tmp_path / 'mae.pth')
    model = vit(8)  # 2 x 2 patches
    load_shared_weights(
        model, str(tmp_path / 'mae.pth'), prefix='', names='mae',
        left_over=('mask_token', 'decoder'))
    assert model.pos_embed.shape == (1, 5, DIM)
    torch.testing.assert_close(model.pos_embed[:, 1:].detach(),
                               torch.full((1, 4, DIM), 3.))
    assert torch.equal(model.pos_embed[:, 0], file['pos_embed'][:, 0])


def test_a_file_that_lacks_a_weight_is_refused(tmp_path):
    file = mae_file(grid=2)
    del file['blocks.0.mlp.fc2.bias']
    torch.save(file, tmp_path / 'mae.pth')
    with pytest.raises(
            ValueError,
            match=r'(?s)1 missing: layers.0.ffn.layers.1.bias.*left over'):
        load_shared_weights(
            vit(8), str(tmp_path / 'mae.pth'), prefix='', names='mae')
    with pytest.raises(ValueError, match="'mae', 'clip'.*'timm'"):
        to_mmpretrain_vit(file, 'timm')
