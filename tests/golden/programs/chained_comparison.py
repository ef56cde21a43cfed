#= bool True
low, x, high = 1, 5.0, 10
ans = low < x <= high != 11
