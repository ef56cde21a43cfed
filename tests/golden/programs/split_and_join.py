#= str wax-wick-jar
line = 'jar, wick, wax'
parts = [part.strip() for part in line.split(',')]
ans = '-'.join(reversed(parts))
