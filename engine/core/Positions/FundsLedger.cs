using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Positions;

/// <summary>A currency at a venue: what is owned at one venue cannot be spent at another.</summary>
/// <param name="Venue">Short name of the venue.</param>
/// <param name="Currency">Name as the venue writes it.</param>
public readonly record struct VenueCurrency(string Venue, string Currency);

/// <summary>One currency's funds at a venue, in whole units of 10^-<see cref="Decimals"/>.</summary>
/// <param name="Venue">Short name of the venue.</param>
/// <param name="Currency">Name as the venue writes it.</param>
/// <param name="Decimals">Decimals of one unit.</param>
/// <param name="Total">Total balance; negative if more was sold than owned.</param>
/// <param name="InOrders">Reserved for open orders.</param>
/// <param name="IsLimited">true if orders beyond the available funds are refused.</param>
public readonly record struct Funds(
    string Venue, string Currency, int Decimals, Int128 Total, Int128 InOrders, bool IsLimited)
{
    /// <summary>Available for new orders.</summary>
    public Int128 Available => Total - InOrders;
}

/// <summary>
/// Funds by venue and currency, exact to the last unit. Fills move both currencies of their instrument; open orders
/// reserve what they could need at worst. A unit is fine enough for a millionth of a tick·lot of every instrument
/// priced in the currency, so fees are whole numbers too. Orders are fully funded: margin is not modelled. Engine
/// thread only; any thread may read its figures once the engine has ended.
/// </summary>
public sealed class FundsLedger
{
    private const int FeeDecimals = 6;
    private const int MicroUnits = 1_000_000;

    private readonly List<VenueCurrency> _keys = [];
    private readonly Dictionary<VenueCurrency, int> _indexes = [];
    private readonly int[] _decimals;
    private readonly Int128[] _totals;
    private readonly Int128[] _inOrders;
    private readonly bool[] _isLimited;
    private readonly Account[] _accounts;

    /// <summary>Creates the ledger.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="balances">Initial balances. A currency that is not listed starts at 0 and is not limited: it can be
    /// overdrawn, as in a paper session.</param>
    public FundsLedger(IReadOnlyList<Instrument> instruments, IReadOnlyDictionary<VenueCurrency, decimal> balances)
    {
        foreach (Instrument instrument in instruments)
        {
            Add(BaseOf(instrument));
            Add(QuoteOf(instrument));
        }

        _decimals = new int[_keys.Count];
        _totals = new Int128[_keys.Count];
        _inOrders = new Int128[_keys.Count];
        _isLimited = new bool[_keys.Count];
        _accounts = new Account[instruments.Count];
        foreach (Instrument instrument in instruments)
        {
            Widen(BaseOf(instrument), instrument.Scale.QuantityDecimals);
            Widen(
                QuoteOf(instrument),
                instrument.Scale.PriceDecimals + instrument.Scale.QuantityDecimals + FeeDecimals);
        }

        for (int i = 0; i < _accounts.Length; i++)
        {
            InstrumentScale scale = instruments[i].Scale;
            int baseAt = IndexOf(BaseOf(instruments[i]));
            int quoteAt = IndexOf(QuoteOf(instruments[i]));
            _accounts[i] = new Account(
                baseAt,
                quoteAt,
                scale.LotIncrements * Power(_decimals[baseAt] - scale.QuantityDecimals),
                (Int128)scale.TickIncrements * scale.LotIncrements
                    * Power(_decimals[quoteAt] - scale.PriceDecimals - scale.QuantityDecimals - FeeDecimals),
                Math.Max(0, Math.Max(instruments[i].MakerFeePpm, instruments[i].TakerFeePpm)));
        }

        foreach ((VenueCurrency key, decimal amount) in balances)
        {
            if (_indexes.TryGetValue(key, out int at))
            {
                _totals[at] = Units(amount, _decimals[at]);
                _isLimited[at] = true;
            }
        }
    }

    /// <summary>Number of currencies.</summary>
    public int Count => _keys.Count;

    /// <summary>Funds of a currency by its index, 0 to <see cref="Count"/> - 1.</summary>
    public Funds At(int index) => new(
        _keys[index].Venue, _keys[index].Currency, _decimals[index], _totals[index], _inOrders[index],
        _isLimited[index]);

    /// <summary>Funds of a currency at a venue; an instrument of the session must use it.</summary>
    public Funds Of(string venue, string currency) => At(IndexOf(new VenueCurrency(venue, currency)));

    /// <summary>
    /// Units that an order could need at worst: its lots for a sale, its notional and the higher of the two fees for a
    /// purchase.
    /// </summary>
    internal Int128 Need(int instrumentId, Side side, long priceTicks, long lots)
    {
        ref readonly Account account = ref _accounts[instrumentId];
        return side == Side.Sell
            ? lots * account.BaseUnitsALot
            : (Int128)priceTicks * lots * (MicroUnits + account.WorstFeePpm) * account.QuoteUnitsAMicroTickLot;
    }

    /// <summary>true if the available funds cover a need beyond what the order has reserved already.</summary>
    internal bool Covers(int instrumentId, Side side, Int128 need)
    {
        int at = side == Side.Sell ? _accounts[instrumentId].Base : _accounts[instrumentId].Quote;
        return !_isLimited[at] || _inOrders[at] + need <= _totals[at];
    }

    /// <summary>Reserves units, or releases them if the number is negative.</summary>
    internal void Hold(int instrumentId, Side side, Int128 units) =>
        _inOrders[side == Side.Sell ? _accounts[instrumentId].Base : _accounts[instrumentId].Quote] += units;

    /// <summary>Moves both currencies of a fill. The fee is paid in the quote currency.</summary>
    internal void Apply(int instrumentId, Side side, long priceTicks, long lots, int feePpm)
    {
        ref readonly Account account = ref _accounts[instrumentId];
        int sign = side == Side.Buy ? 1 : -1;
        _totals[account.Base] += sign * lots * account.BaseUnitsALot;
        _totals[account.Quote] -= (Int128)priceTicks * lots * ((sign * MicroUnits) + feePpm)
            * account.QuoteUnitsAMicroTickLot;
    }

    /// <summary>Restores the effects of an earlier session's fills. Before the first event only.</summary>
    internal void Restore(int instrumentId, in Position position)
    {
        ref readonly Account account = ref _accounts[instrumentId];
        _totals[account.Base] += position.Lots * account.BaseUnitsALot;
        _totals[account.Quote] += ((position.CashTickLots * MicroUnits) - position.FeesMicroTickLots)
            * account.QuoteUnitsAMicroTickLot;
    }

    private void Add(VenueCurrency key)
    {
        if (_indexes.TryAdd(key, _keys.Count))
        {
            _keys.Add(key);
        }
    }

    private static VenueCurrency BaseOf(Instrument instrument) => new(instrument.Venue, instrument.BaseAsset);

    private static VenueCurrency QuoteOf(Instrument instrument) => new(instrument.Venue, instrument.QuoteAsset);

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    // Digits finer than a unit are truncated: the balance is never overstated.
    private static Int128 Units(decimal amount, int decimals)
    {
        Int128 whole = (Int128)decimal.Truncate(amount) * Power(decimals);
        decimal rest = amount - decimal.Truncate(amount);
        int digits = Math.Min(decimals, 18);
        var restUnits = (Int128)decimal.Truncate(rest * (decimal)Math.Pow(10, digits));
        return whole + (restUnits * Power(decimals - digits));
    }

    private void Widen(VenueCurrency currency, int decimals)
    {
        int at = IndexOf(currency);
        _decimals[at] = Math.Max(_decimals[at], decimals);
    }

    private int IndexOf(VenueCurrency currency) => _indexes[currency];

    private readonly record struct Account(
        int Base, int Quote, Int128 BaseUnitsALot, Int128 QuoteUnitsAMicroTickLot, int WorstFeePpm);
}
