using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay;

/// <summary>Identifies an instrument in every session: symbols are unique at a venue only.</summary>
/// <param name="Venue">Short name of the venue.</param>
/// <param name="Symbol">The venue's symbol.</param>
public readonly record struct InstrumentKey(string Venue, string Symbol)
{
    /// <summary>The key of an instrument.</summary>
    public static InstrumentKey Of(Instrument instrument) => new(instrument.Venue, instrument.Symbol);
}

/// <summary>
/// Finds the instruments of a session by the names that a user writes: a symbol, or <c>venue:symbol</c> if several
/// venues of the session have the symbol. Immutable; not for the hot path.
/// </summary>
public sealed class InstrumentLookup
{
    private readonly IReadOnlyList<Instrument> _instruments;
    private readonly Dictionary<InstrumentKey, Instrument> _byKey;
    private readonly ILookup<string, Instrument> _bySymbol;

    /// <summary>Creates the lookup.</summary>
    /// <param name="instruments">The session's instruments.</param>
    public InstrumentLookup(IEnumerable<Instrument> instruments)
    {
        _instruments = instruments.ToArray();
        _byKey = _instruments.ToDictionary(InstrumentKey.Of);
        _bySymbol = _instruments.ToLookup(item => item.Symbol, StringComparer.Ordinal);
    }

    /// <summary>All names, separated by commas.</summary>
    public string Names => string.Join(", ", _instruments.Select(NameOf));

    /// <summary>The shortest name that is unique in the session.</summary>
    public string NameOf(Instrument instrument) =>
        _bySymbol[instrument.Symbol].Skip(1).Any() ? FullName(instrument) : instrument.Symbol;

    /// <summary>Finds an instrument by its key; null if the session does not have it.</summary>
    public Instrument? Find(InstrumentKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Finds an instrument by its name.</summary>
    /// <param name="name">A symbol, or <c>venue:symbol</c>.</param>
    /// <exception cref="KeyNotFoundException">The session has no such instrument.</exception>
    /// <exception cref="ArgumentException">Several venues have the symbol.</exception>
    public Instrument Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Instrument[] found = _bySymbol[name].ToArray();
        if (found.Length > 1)
        {
            throw new ArgumentException(
                $"several venues of the session have the symbol {name}: name one of "
                + string.Join(", ", found.Select(FullName)));
        }

        int colon = name.IndexOf(':', StringComparison.Ordinal);
        return found.FirstOrDefault()
            ?? (colon < 0 ? null : Find(new InstrumentKey(name[..colon], name[(colon + 1)..])))
            ?? throw new KeyNotFoundException($"the session has no symbol {name}; it has {Names}");
    }

    /// <summary>The shortest unique name with the characters of a file name, such as <c>BTC-USDT</c> for
    /// <c>BTC/USDT</c>.</summary>
    public string FileNameOf(Instrument instrument) => string.Concat(NameOf(instrument).Select(
        letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-' ? letter : '-'));

    private static string FullName(Instrument instrument) => $"{instrument.Venue}:{instrument.Symbol}";
}
