using System.Collections.Generic;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// One side of a <see cref="VenueBook"/>: a list in the order of prices, the best last, where most changes are. Levels
/// live for minutes and then go; as objects of their own they would outlive the young generations, and the process
/// would have to collect the oldest one for nothing else.
/// </summary>
internal sealed class VenueBookSide(bool isBid)
{
    private readonly List<BookLevel> _levels = [];

    public void Clear() => _levels.Clear();

    /// <summary>Puts a level in its place; quantity 0 removes it.</summary>
    public void Set(BookLevel level)
    {
        int place = PlaceOf(level.Price);
        bool isThere = place < _levels.Count && _levels[place].Price == level.Price;
        if (level.Quantity != 0 && isThere)
        {
            _levels[place] = level;
        }
        else if (level.Quantity != 0)
        {
            _levels.Insert(place, level);
        }
        else if (isThere)
        {
            _levels.RemoveAt(place);
        }
    }

    /// <summary>The best levels, from the best outwards.</summary>
    public IEnumerable<BookLevel> Best(int levels)
    {
        for (int i = _levels.Count - 1; i >= 0 && i >= _levels.Count - levels; i--)
        {
            yield return _levels[i];
        }
    }

    // The first place whose price is no worse.
    private int PlaceOf(decimal price)
    {
        (int low, int high) = (0, _levels.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isWorse = isBid ? _levels[middle].Price < price : _levels[middle].Price > price;
            (low, high) = isWorse ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
