using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Tests.Reference;

namespace LowLatency.Tests.Feeds.Kraken;

public sealed class KrakenConformanceTests : VenueConformanceTests
{
    protected override string Venue => "kraken";

    protected override string Symbol => "BTC/USD";

    protected override bool HasBareNumbers => true;

    protected override bool HasChecksum => true;

    protected override bool HasNumbers => false;

    protected override string StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        Write("snapshot", bids, asks, Sum(bids, asks));

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        Write("update", bids, asks, after is { } book ? Sum(book.Bids, book.Asks) : 12345);

    protected override string Trade(long id, string price, string quantity) =>
        $$"""{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":{{price}},"qty":{{quantity}},"ord_type":"limit","trade_id":{{id}},"timestamp":"2026-09-08T16:05:29.607147Z"}]}""";

    protected override string[] Unused() => ["""{"channel":"heartbeat"}""", """{"method":"pong","req_id":5}"""];

    protected override string Unknown() => """{"channel":"weather","data":[]}""";

    private static string Write(string type, TextLevel[] bids, TextLevel[] asks, uint checksum) =>
        $$"""{"channel":"book","type":"{{type}}","data":[{"symbol":"BTC/USD","bids":[{{Objects(bids)}}],"asks":[{{Objects(asks)}}],"checksum":{{checksum}},"timestamp":"2026-09-08T16:05:29.150794Z"}]}""";

    private static string Objects(TextLevel[] levels) => string.Join(
        ',', levels.Select(level => $$"""{"price":{{level.Price}},"qty":{{level.Quantity}}}"""));

    // The rig's decimals: one and three.
    private static uint Sum(IEnumerable<TextLevel> bids, IEnumerable<TextLevel> asks) => ReferenceSums.Crc32(
        Encoding.ASCII.GetBytes(string.Concat(asks.Take(10).Concat(bids.Take(10)).Select(level =>
            Digits(level.Price, "F1") + Digits(level.Quantity, "F3")))));

    private static string Digits(string number, string format) => decimal
        .Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture)
        .ToString(format, CultureInfo.InvariantCulture).Replace(".", string.Empty, System.StringComparison.Ordinal)
        .TrimStart('0');
}
