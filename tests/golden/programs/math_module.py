#= str 3.0 2 -3 4 3.142 720 10 6 60
import math
ans = (f"{math.sqrt(9)} {math.floor(2.7)} {math.floor(-2.1)} {math.ceil(3.2)} {math.pi:.3f} "
       f"{math.factorial(6)} {math.comb(5, 2)} {math.gcd(12, 18)} {math.lcm(12, 20)}")
