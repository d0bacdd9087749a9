using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Where a venue is reached.</summary>
/// <param name="Rest">Base of REST paths.</param>
/// <param name="Stream">Base of websocket paths.</param>
public sealed record VenueAddress(Uri Rest, Uri Stream);

/// <summary>Where a venue tells its time, for tools that compare clocks.</summary>
/// <param name="Address">Of a REST request without a key.</param>
/// <param name="Resolution">How exactly it tells it.</param>
/// <param name="ReadNs">Reads the answer: nanoseconds since the Unix epoch. Throws what <see cref="JsonElement"/>
/// throws where it is none.</param>
public sealed record ServerClock(Uri Address, TimeSpan Resolution, Func<JsonElement, long> ReadNs);

/// <summary>One websocket connection that a session needs.</summary>
/// <param name="Address">Its whole address, subscriptions included where the venue takes them there.</param>
/// <param name="Symbols">Indices into the session's instruments.</param>
/// <param name="CarriesBooks">true when depth messages come over it.</param>
/// <param name="Subscriptions">Texts to send once it is open, in order.</param>
public sealed record ConnectionPlan(
    Uri Address, IReadOnlyList<int> Symbols, bool CarriesBooks, IReadOnlyList<string> Subscriptions);

/// <summary>What a message is about, for tools that count messages.</summary>
/// <param name="Symbol">The venue's symbol, or null when it names none.</param>
/// <param name="Kind">Its channel or type, with the action behind an underscore where the channel has actions.</param>
public readonly record struct MessageLabel(string? Symbol, string Kind);

/// <summary>
/// A venue's market data: one folder implements it. It knows addresses, instruments, snapshots and messages; the
/// connection, the ring and the recording are everybody's.
/// </summary>
public interface IVenue
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>How its feed is kept, and its limits.</summary>
    VenueProfile Profile { get; }

    /// <summary>The venue's own addresses.</summary>
    VenueAddress DefaultAddress { get; }

    /// <summary>Where the venue tells its time, or null where it tells it nowhere but in the heads of its answers.
    /// </summary>
    ServerClock? ClockOf(VenueAddress address);

    /// <summary>Loads what the venue declares about symbols.</summary>
    /// <param name="http">Client for the requests.</param>
    /// <param name="address">Where the venue is.</param>
    /// <param name="symbols">Symbols as the venue writes them; empty for all that it lists.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The instruments in the order of <paramref name="symbols"/>.</returns>
    /// <exception cref="VenueException">A symbol is not listed, the venue refused, or its answer is not
    /// understood.</exception>
    Task<IReadOnlyList<Instrument>> LoadInstrumentsAsync(
        HttpClient http, VenueAddress address, IReadOnlyList<string> symbols, CancellationToken cancellationToken);

    /// <summary>
    /// Reads captured answers of the venue's instrument list; of symbols that none of them lists the caller's guess
    /// is taken.
    /// </summary>
    /// <param name="lists">Bodies of REST answers, the newest last.</param>
    /// <param name="symbols">Symbols in the order of the instruments to make.</param>
    /// <param name="guess">Decimals of price and quantity for a symbol that is not listed.</param>
    /// <exception cref="VenueException">A listed symbol cannot be used.</exception>
    IReadOnlyList<Instrument> ReadInstruments(
        IEnumerable<byte[]> lists, IReadOnlyList<string> symbols, Func<string, (int Price, int Quantity)> guess);

    /// <summary>The connections that a session over these instruments needs.</summary>
    IReadOnlyList<ConnectionPlan> PlanConnections(VenueAddress address, IReadOnlyList<Instrument> instruments);

    /// <summary>The address of a symbol's REST snapshot, or null where the stream alone brings snapshots.</summary>
    Uri? SnapshotAddress(VenueAddress address, string symbol, int levels);

    /// <summary>Texts that make the stream send a symbol's snapshot anew; none where REST does.</summary>
    IReadOnlyList<string> Resubscription(string symbol);

    /// <summary>Makes the session that reads one connection's messages.</summary>
    /// <param name="instruments">The connection's instruments; their order gives the symbol indices.</param>
    /// <param name="publisher">The connection's door into the inbound ring.</param>
    /// <param name="badInputs">Where bad inputs are counted.</param>
    /// <param name="carriesBooks">true when depth messages come over it.</param>
    FeedSession CreateSession(
        IReadOnlyList<Instrument> instruments, RingPublisher publisher, BadInputLog badInputs, bool carriesBooks);

    /// <summary>Says what a message is about. Slow; for tools.</summary>
    MessageLabel Describe(JsonElement message);
}

/// <summary>The venue refused a request, or its answer could not be read.</summary>
public sealed class VenueException : Exception
{
    /// <summary>Creates the exception.</summary>
    public VenueException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public VenueException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without words.</summary>
    public VenueException()
    {
    }
}
