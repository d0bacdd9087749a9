using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds;

/// <summary>Addresses of a venue.</summary>
/// <param name="Rest">Base of REST paths.</param>
/// <param name="Stream">Base of websocket paths.</param>
public sealed record VenueAddress(Uri Rest, Uri Stream);

/// <summary>A venue's server time, for tools that compare clocks.</summary>
/// <param name="Address">Address of a REST request without a key.</param>
/// <param name="Resolution">Resolution of the answer.</param>
/// <param name="ReadNs">Reads the answer as nanoseconds since the Unix epoch. Throws like <see cref="JsonElement"/> if
/// it is not a time.</param>
public sealed record ServerClock(Uri Address, TimeSpan Resolution, Func<JsonElement, long> ReadNs);

/// <summary>One websocket connection that a session needs.</summary>
/// <param name="Address">Its full address, including subscriptions if the venue takes them there.</param>
/// <param name="Symbols">Indices into the session's instruments.</param>
/// <param name="CarriesBooks">true if it carries depth messages.</param>
/// <param name="Subscriptions">Messages to send after opening, in order.</param>
public sealed record ConnectionPlan(
    Uri Address, IReadOnlyList<int> Symbols, bool CarriesBooks, IReadOnlyList<string> Subscriptions);

/// <summary>
/// A venue's market data, implemented in one folder: addresses, instruments, snapshots and messages. Connection, ring
/// and recording are shared code.
/// </summary>
public interface IVenue
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>Connection rules and limits.</summary>
    VenueProfile Profile { get; }

    /// <summary>The venue's own addresses.</summary>
    VenueAddress DefaultAddress { get; }

    /// <summary>The venue's server clock, or null if it offers none beyond HTTP headers.</summary>
    ServerClock? ClockOf(VenueAddress address);

    /// <summary>Loads the venue's declarations of symbols.</summary>
    /// <param name="http">HTTP client.</param>
    /// <param name="address">Addresses of the venue.</param>
    /// <param name="symbols">Symbols as the venue writes them; empty for all.</param>
    /// <param name="warn">Receives warnings of entries that cannot be read and that nobody asked for; null for
    /// none.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The instruments in the order of <paramref name="symbols"/>.</returns>
    /// <exception cref="VenueException">A symbol is not listed, the venue refused, or its answer is not
    /// understood.</exception>
    Task<IReadOnlyList<Instrument>> LoadInstrumentsAsync(
        HttpClient http, VenueAddress address, IReadOnlyList<string> symbols, Action<string>? warn,
        CancellationToken cancellationToken);

    /// <summary>
    /// Reads captured answers with the venue's instrument list; for unlisted symbols, it uses the caller's guess.
    /// </summary>
    /// <param name="lists">Bodies of REST answers, newest last.</param>
    /// <param name="symbols">Symbols in the order of the resulting instruments.</param>
    /// <param name="guess">Price and quantity decimals of an unlisted symbol.</param>
    /// <param name="warn">Receives warnings: answers that are no lists, and entries that cannot be read.</param>
    /// <exception cref="VenueException">A listed symbol is not usable.</exception>
    IReadOnlyList<Instrument> ReadInstruments(
        IEnumerable<byte[]> lists, IReadOnlyList<string> symbols, Func<string, (int Price, int Quantity)> guess,
        Action<string>? warn = null);

    /// <summary>The connections that a session for these instruments needs.</summary>
    IReadOnlyList<ConnectionPlan> PlanConnections(VenueAddress address, IReadOnlyList<Instrument> instruments);

    /// <summary>The address of a symbol's REST snapshot, or null if only the stream provides snapshots.</summary>
    Uri? SnapshotAddress(VenueAddress address, string symbol, int levels);

    /// <summary>
    /// Messages that make the stream send a symbol's snapshot again; none if REST provides snapshots.
    /// </summary>
    IReadOnlyList<string> Resubscription(string symbol);

    /// <summary>Creates the session for one connection.</summary>
    /// <param name="instruments">The connection's instruments; their order defines the symbol indices.</param>
    /// <param name="publisher">The connection's publisher into the inbound ring.</param>
    /// <param name="badInputs">Counts bad inputs.</param>
    /// <param name="carriesBooks">true if it carries depth messages.</param>
    /// <param name="channels">The channels that each instrument uses; null for those heard first.</param>
    FeedSession CreateSession(
        IReadOnlyList<Instrument> instruments, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks,
        IReadOnlyList<FeedChannels>? channels = null);

    /// <summary>
    /// Says what a message is, by the venue's parser. It takes any bytes and never throws. Allocates; for tools.
    /// </summary>
    /// <param name="message">The bytes.</param>
    /// <param name="into">Receives one identity for each symbol that the message is about, or one if it is about
    /// none.</param>
    void Identify(ReadOnlySpan<byte> message, ICollection<MessageIdentity> into);
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

    /// <summary>Creates the exception without a message.</summary>
    public VenueException()
    {
    }
}
