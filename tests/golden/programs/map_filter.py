#= int 60
ans = sum(map(lambda n: n * 3, filter(lambda n: n % 2 == 0, range(1, 9))))
