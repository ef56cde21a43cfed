"""Muon for the matrices of the blocks (momentum, made orthogonal by four Newton-Schulz steps;
Keller Jordan and others, 2024), AdamW for the rest."""
from collections import defaultdict

import torch
from torch import distributed


def orthogonal(matrices):
    """(n, rows, columns) with singular values near 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    for _ in range(4):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.transpose(1, 2) if tall else x


def shared_out(matrices):
    """Each worker makes its share of them orthogonal."""
    if not distributed.is_initialized():
        return orthogonal(matrices)
    mine = slice(distributed.get_rank(), None, distributed.get_world_size())
    done = torch.zeros_like(matrices)
    done[mine] = orthogonal(matrices[mine])
    distributed.all_reduce(done)
    return done


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, rate, momentum=0.95, decay=0.15):
        super().__init__(parameters, dict(lr=rate, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alike = defaultdict(list)
            for parameter in group["params"]:
                alike[parameter.shape].append(parameter)
            for parameters in alike.values():
                self.update(parameters, group)

    def update(self, parameters, group):
        pulls = []
        for parameter in parameters:
            state = self.state[parameter]
            if "speed" not in state:
                state["speed"] = torch.zeros_like(parameter)
            state["speed"].lerp_(parameter.grad, 1 - group["momentum"])
            pulls.append(parameter.grad.lerp(state["speed"], group["momentum"]))
        rows, columns = parameters[0].shape
        scale = max(1.0, rows / columns) ** 0.5
        for parameter, pull in zip(parameters, shared_out(torch.stack(pulls))):
            parameter.mul_(1 - group["lr"] * group["decay"])
            parameter.add_(pull, alpha=-group["lr"] * scale)


def optimizers(model):
    """Both, with their full rates as `rate` of each group."""
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    norms = [p for p in model.parameters() if p.ndim == 1]
    rates = [{"params": [model.embedding.weight], "lr": 0.01},
             {"params": [model.head.weight, *norms], "lr": 0.0015}]
    made = [Muon(matrices, rate=0.01),
            torch.optim.AdamW(rates, betas=(0.9, 0.95), weight_decay=0.0)]
    for optimizer in made:
        for group in optimizer.param_groups:
            group["rate"] = group["lr"]
    return made
