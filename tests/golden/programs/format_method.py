#= str 07:05 is late
hours, minutes = divmod(425, 60)
ans = '{:02d}:{:02d} is {word}'.format(hours, minutes, word='late')
