#= float 11.25
prices = {'pen': 1.25, 'pad': 3.5, 'ink': 5}
basket = {'pen': 5, 'ink': 1}
ans = sum(prices[item] * count for item, count in basket.items())
