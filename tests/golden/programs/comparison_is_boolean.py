#= bool False
ans = sum([0.1] * 3) == 0.3
