#= str 0b1010 0xff 1010
ans = f"{bin(10)} {hex(255)} {10:b}"
