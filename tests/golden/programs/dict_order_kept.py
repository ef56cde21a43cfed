#= str b2 a1 c3
stock = {'b': 2, 'a': 1}
stock['c'] = 3
ans = ' '.join(f"{k}{v}" for k, v in stock.items())
