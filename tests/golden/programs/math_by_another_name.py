#= float 8.0
import math as m
from math import sqrt as root, pow
ans = root(16) + m.log2(4) + pow(2, 1)
