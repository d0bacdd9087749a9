using System.Collections.Generic;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// One side of a <see cref="VenueBook"/>: a list ordered by price, with the best last, where most changes are. Levels
/// are structs in a list, because they live for minutes: as objects they would reach generation 2 and cause its
/// collections.
/// </summary>
internal sealed class VenueBookSide(bool isBid)
{
    private readonly List<BookLevel> _levels = [];

    public void Clear() => _levels.Clear();

    /// <summary>Sets a level; quantity 0 removes it.</summary>
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

    // The first index whose price is not worse.
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
