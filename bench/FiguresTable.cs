using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Bench;

/// <summary>
/// The README's table of figures, made from the files written by run.sh. Each row has what was measured, the figure, a
/// comparison from the same run, and the method with its exclusions.
/// </summary>
internal static class FiguresTable
{
    private const double Million = 1e6;

    private static readonly string[] s_percentiles = ["p50", "p99", "p99.9", "p99.99"];

    /// <summary>Writes the rows for all existing files.</summary>
    /// <param name="folder">Folder of the files: parse.json, book.json and so on.</param>
    /// <param name="output">Receives the table.</param>
    public static void Write(string folder, TextWriter output)
    {
        output.WriteLine("| measured | figure | comparison, same run | method and exclusions |");
        output.WriteLine("|---|---|---|---|");
        WriteParse(folder, output);
        WriteBook(folder, output);
        WriteReplay(folder, output);
        WriteRing(folder, output);
        WriteLatency(folder, output);
        WriteWire(folder, output);
        WriteRecorder(folder, output);
        WriteProcess(folder, output);
        WriteHotPaths(folder, output);
    }

    private static void WriteParse(string folder, TextWriter output)
    {
        if (Load(folder, "parse") is not { } report)
        {
            return;
        }

        double book = Value(report, "parse and book", "ns_per_message");
        double array = Value(report, "Utf8JsonReader and sorted array book", "ns_per_message");
        double tree = Value(report, "Utf8JsonReader, decimal, SortedDictionary", "ns_per_message");
        string beside = Invariant($"`Utf8JsonReader` and sorted array {array:0} (ours {book / array:0.00} of it), ")
            + Invariant($"decimal and `SortedDictionary` {tree:0}");
        if (Load(folder, "simdjson") is { } simdjson)
        {
            double theirs = simdjson.GetProperty("parse_and_book_ns_per_message").GetDouble();
            beside = Invariant($"simdjson on-demand and flat book, C++, {theirs:0} (ours {book / theirs:0.00} of it); ")
                + beside;
        }

        Row(output, "messages to exact integers and a book", Invariant($"{book:0.0} ns per message"), beside,
            "all messages of the input from memory, best times of 128 KiB pieces; no socket, no decompression; "
                + Invariant($"{Value(report, "parse and book", "allocated_bytes"):0} bytes allocated"));
        Row(output, "messages to exact integers",
            Invariant($"{Value(report, "parse", "ns_per_message"):0.0} ns per message"),
            Invariant($"`Utf8JsonReader` {Value(report, "Utf8JsonReader to exact integers", "ns_per_message"):0}")
                + (Load(folder, "simdjson") is { } other
                    ? Invariant($", simdjson {other.GetProperty("parse_ns_per_message").GetDouble():0}")
                    : string.Empty),
            "as above, without the book");
    }

    private static void WriteBook(string folder, TextWriter output)
    {
        if (Load(folder, "book") is { } report)
        {
            Row(output, "book only",
                Invariant($"{Value(report, "book (ladder and far levels)", "ns_per_level"):0.0} ns per level update"),
                Invariant($"sorted array {Value(report, "sorted array", "ns_per_level"):0}, ")
                    + Invariant($"`SortedDictionary` {Value(report, "SortedDictionary", "ns_per_level"):0}"),
                "level updates of the input, tops read after each message; best of 9");
        }
    }

    private static void WriteReplay(string folder, TextWriter output)
    {
        if (Load(folder, "replay") is not { } report)
        {
            return;
        }

        (string Name, string Text)[] rows =
        [
            ("from messages, top read each 100 ms", "replay of a recording, top of book read every 100 ms"),
            ("from decoded events, top read each 100 ms", "the same from decoded events"),
            ("from messages, direction mask and journal", "replay with direction mask, paper venue and journal"),
            ("from decoded events, direction mask and journal", "the same from decoded events"),
        ];
        double? plain = TryValue(report, "Utf8JsonReader, decimal, SortedDictionary", "events_per_second");
        foreach ((string name, string words) in rows)
        {
            Row(output, words,
                Invariant($"{Value(report, name, "events_per_second") / Million:0.0} M events/s"),
                plain is null ? string.Empty : Invariant($"plain .NET {plain / Million:0.0} M"),
                name.StartsWith("from messages", StringComparison.Ordinal)
                    ? "file to decisions, best round; level updates, trades and tops count; two threads"
                    : "events read from a file saved by an earlier replay; best round");
        }
    }

    private static void WriteRing(string folder, TextWriter output)
    {
        if (Load(folder, "ring") is not { } report)
        {
            return;
        }

        double channel = Items(report, "Channel<long>, bounded, one to one");
        double blocking = Items(report, "BlockingCollection<long>, bounded");
        Row(output, "ring, one to one, batches of 256 (one by one)",
            Invariant($"{Items(report, "ring, one to one, batches of 256"):0} M/s ")
                + Invariant($"({Items(report, "ring, one to one, one by one"):0})"),
            Invariant($"`Channel` {channel:0}, `BlockingCollection` {blocking:0}"),
            "64-bit numbers between two threads, best of 5");
        Row(output, "ring for several producers, batches of 256: one (two)",
            Invariant($"{Items(report, "ring for several, one producer, batches of 256"):0} M/s ")
                + Invariant($"({Items(report, "ring for several, two producers, batches of 256"):0})"),
            string.Empty,
            "as above; one by one "
                + Invariant($"{Items(report, "ring for several, one producer, one by one"):0} ")
                + Invariant($"({Items(report, "ring for several, two producers, one by one"):0}); ")
                + "three threads on two cores");
        Row(output, "ring, round trip", Invariant($"{Value(report, "ring, round trip", "ns_per_round_trip"):0} ns"),
            Invariant($"`Channel` {Value(report, "Channel<long>, round trip", "ns_per_round_trip"):0}")
                + (Load(folder, "ping_pong") is { } native
                    ? Invariant($", C++ {native.GetProperty("round_trip_ns").GetDouble():0}")
                    : string.Empty),
            "both threads spin, pinned to cores (not with `Channel`), best of 5");
    }

    private static void WriteLatency(string folder, TextWriter output)
    {
        if (Load(folder, "latency") is { } report)
        {
            Row(output, "frame bytes to order command, 100,000 messages per second",
                Percentiles(report, "frame bytes to order command"),
                "a loop that only reads the clock: "
                    + Percentiles(report, "the machine alone: a loop that reads the clock")
                    + "; a number through `Channel`: " + Percentiles(report, "bare hand-over by Channel<long>"),
                "open loop, from a message's due time; two spinning threads; no socket, no gateway, no recorder; "
                    + Invariant($"{Value(report, "frame bytes to order command", "gc_collections"):0} collections"));
        }
    }

    private static void WriteWire(string folder, TextWriter output)
    {
        foreach (string wait in new[] { "Yield", "Block" })
        {
            if (Load(folder, "wire-" + wait) is { } report)
            {
                const string Whole = "socket bytes to order bytes on the wire";
                double received = Share(report, "  due to received: venue's send, kernel, websocket");
                double decided = Share(report, "  received to taken: parser, ring, engine, ring");
                double sent = Share(report, "  taken to arrived: order text, send, kernel");
                Row(output, $"socket bytes to order bytes on the wire, wait strategy {wait}",
                    Percentiles(report, Whole),
                    Invariant($"shares of the median: received {received:0} %, ")
                        + Invariant($"decided {decided:0} %, sent {sent:0} %"),
                    "loopback, 10,000 messages per second, venue on the same cores; no TLS, network, recorder, "
                        + "journal; "
                        + Invariant($"{Value(report, Whole, "gc_collections"):0} collections"));
            }
        }
    }

    private static void WriteRecorder(string folder, TextWriter output)
    {
        if (Load(folder, "recorder") is { } report)
        {
            Row(output, "recorder append on the feed thread",
                Invariant($"{Value(report, "append on the feed's thread", "ns_per_message"):0} ns per message"),
                string.Empty, "median of groups of 16; "
                    + Invariant($"{Value(report, "append on the feed's thread", "allocated_bytes"):0} ")
                    + "bytes allocated");
            double? tool = TryValue(report, "lz4 -1, a process", "megabytes_per_second");
            double? inMemory = TryValue(report, "lz4 -b1, the codec alone in memory", "megabytes_per_second");
            double deflate = Value(report, "DeflateStream, fastest, in memory", "megabytes_per_second");
            Row(output, "recording written",
                Invariant($"{Value(report, "segments written", "megabytes_per_second"):0} MB/s, ratio ")
                    + Invariant($"{Value(report, "segments written", "compression_ratio"):0.00}"),
                (tool is null ? string.Empty : Invariant($"`lz4 -1` as a process {tool:0} MB/s, ratio ")
                    + Invariant($"{Value(report, "lz4 -1, a process", "compression_ratio"):0.00}; "))
                    + (inMemory is null ? string.Empty
                        : Invariant($"its codec alone in memory, without files or checksums, {inMemory:0}; "))
                    + Invariant($"`DeflateStream` {deflate:0}"),
                "LZ4, checksums and index into files; best of 10; without syncs");
            Row(output, "recording read and verified",
                Invariant($"{Value(report, "read back and checked", "megabytes_per_second"):0} MB/s"), string.Empty,
                "payload bytes, one thread, best of 10");
        }
    }

    private static void WriteProcess(string folder, TextWriter output)
    {
        if (Load(folder, "symbols") is { } symbols)
        {
            Row(output, "memory: engine, feeds and paper venue, 1 symbol (500)",
                Invariant($"{Value(symbols, "1 symbols", "resident_megabytes"):0} MB resident (")
                    + Invariant($"{Value(symbols, "500 symbols", "resident_megabytes"):0})"),
                string.Empty, "the whole process; no recorder (16 to 64 MiB), no sockets");
            Row(output, "a message of 20 levels, 1 symbol (500)",
                Invariant($"{Value(symbols, "1 symbols", "ns_per_message"):0} ns (")
                    + Invariant($"{Value(symbols, "500 symbols", "ns_per_message"):0})"),
                string.Empty, "bytes to books, signals and paper venue; 10,500,000 events: "
                    + Invariant($"{Value(symbols, "1 symbols", "gc_collections"):0} collections"));
        }

        if (Load(folder, "process") is { } process)
        {
            Row(output, "process start to first market event",
                Invariant($"{process.GetProperty("start_ms").GetDouble():0} ms"), string.Empty,
                "the embedded venue starts in the same process; median of 5");
            Row(output, "memory: the whole live process, 1 symbol",
                Invariant($"{process.GetProperty("resident_megabytes").GetDouble():0} MB resident"), string.Empty,
                "with recorder, journal, metrics page, web server and the embedded venue");
        }
    }

    private static void WriteHotPaths(string folder, TextWriter output)
    {
        if (Load(folder, "budgets") is not { } report)
        {
            return;
        }

        (string Name, string Text)[] rows =
        [
            ("top_of_book_message", "top-of-book message, bytes to strategy"),
            ("trade_message", "trade message, bytes to signals, strategy and paper venue"),
            ("depth_message_to_book", "depth message of 34 levels, bytes to books and signals"),
            ("frame_to_order_command", "depth message of 4 levels, an order every seventh message"),
        ];
        foreach ((string name, string words) in rows)
        {
            Row(output, words, Invariant($"{Value(report, name, "ns_per_operation"):0} ns"), string.Empty,
                Invariant($"one thread; {Value(report, name, "allocated_bytes"):0} bytes allocated"));
        }
    }

    private static string Percentiles(JsonElement report, string name) =>
        string.Join(", ", s_percentiles.Select(part => $"{part} {Time(Value(report, name, part + "_ns"))}"));

    private static double Items(JsonElement report, string name) =>
        Value(report, name, "items_per_second") / Million;

    private static double Share(JsonElement report, string name) => 100 * Value(report, name, "share_of_p50");

    private static string Time(double ns) => ns < 10_000 ? Invariant($"{ns:0} ns")
        : ns < Million ? Invariant($"{ns / 1000:0} µs")
        : Invariant($"{ns / Million:0.0} ms");

    private static JsonElement? Load(string folder, string name)
    {
        string path = Path.Combine(folder, name + ".json");
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllText(path)).RootElement : null;
    }

    private static double Value(JsonElement report, string figure, string field) => TryValue(report, figure, field)
        ?? throw new InvalidDataException($"the results have no {field} of '{figure}'");

    private static double? TryValue(JsonElement report, string figure, string field)
    {
        foreach (JsonElement item in report.GetProperty("figures").EnumerateArray())
        {
            if (item.GetProperty("name").GetString() == figure && item.TryGetProperty(field, out JsonElement value))
            {
                return value.GetDouble();
            }
        }

        return null;
    }

    private static void Row(TextWriter output, string what, string figure, string beside, string method) =>
        output.WriteLine($"| {what} | {figure} | {beside} | {method} |");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
