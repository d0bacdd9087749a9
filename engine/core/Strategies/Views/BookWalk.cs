using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>What a walk from the touch into one side of the book has found. Put it into
/// <see cref="Orders.PlaceRequest.Walk"/> to have it recorded with the order.</summary>
public readonly struct BookWalk
{
    private readonly InstrumentScale _scale;
    private readonly Side _side;
    private readonly long _price;
    private readonly long _wanted;

    internal BookWalk(BookSide levels, Side side, long lots, in InstrumentScale scale)
    {
        _scale = scale;
        _side = side;
        _wanted = lots * scale.LotIncrements;
        PassedIncrements = levels.Walk(_wanted, out _price, out int count);
        Levels = count;
    }

    /// <summary>Number of levels passed, the last one included.</summary>
    public int Levels { get; }

    /// <summary>Quantity passed in lots, rounded down.</summary>
    public long Lots => Levels == 0 ? 0 : PassedIncrements / _scale.LotIncrements;

    /// <summary>true if the side holds the quantity asked for.</summary>
    public bool IsEnough => PassedIncrements >= _wanted;

    /// <summary>Price of the level where the quantity was reached, of the last level where the side is too thin, 0
    /// where it is empty. In ticks, rounded to the passive side of the side walked.</summary>
    public long PriceTicks => PriceTicksFor(_side);

    internal long PassedIncrements { get; }

    /// <summary>The same price rounded to the passive side of an order: down for a buy order, up for a sell order.
    /// </summary>
    public long PriceTicksFor(Side orderSide) => _price == 0 ? 0 : _scale.PassiveTicks(orderSide, _price);
}
