#= int 7
from math import *
ans = ceil(sqrt(40))
