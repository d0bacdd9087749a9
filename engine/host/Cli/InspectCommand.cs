using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Shows what a recording contains.</summary>
internal static class InspectCommand
{
    private const double NsPerSecond = 1e9;

    /// <summary>The verb.</summary>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        Argument<string> recording = Arguments.Recording();
        Option<bool> json = Arguments.Json();
        var command = new Command("inspect", """
            Say what a recording holds: venue, symbols, time span, messages by kind, gaps, losses, rates.

            Ends with 7 when the recording is incomplete.
            """);
        command.Arguments.Add(recording);
        command.Options.Add(json);
        Option<bool> pastDamage = Arguments.PastDamage();
        command.Options.Add(pastDamage);
        command.SetAction(parsed => Guarded.Run(errors, () => Run(
            parsed.GetValue(recording)!, parsed.GetValue(pastDamage), parsed.GetValue(json), output, errors, stop)));
        return command;
    }

    private static int Run(
        string path, bool passesDamage, bool isJson, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var progress = new ProgressLine(errors);
        RecordingInspection found;
        try
        {
            found = RecordingInspection.Read(path, passesDamage, progress.Show, stop);
        }
        finally
        {
            progress.End();
        }

        if (isJson)
        {
            output.WriteLine(ToJson(found));
        }
        else
        {
            WriteText(found, output);
        }

        foreach (string fault in found.Faults)
        {
            errors.WriteLine($"lowlatency: {fault}");
        }

        return stop.IsCancellationRequested ? ExitCode.Interrupted
            : found.Faults.Count != 0 ? ExitCode.DamagedData
            : ExitCode.Ok;
    }

    private static double Seconds(RecordingInspection found) => (found.LastTimeNs - found.FirstTimeNs) / NsPerSecond;

    private static double PerSecond(RecordingInspection found, long count) =>
        found.LastTimeNs > found.FirstTimeNs ? count / Seconds(found) : 0;

    private static double Ratio(RecordingInspection found) =>
        found.FileBytes == 0 ? 0 : (double)found.PayloadBytes / found.FileBytes;

    private static void WriteText(RecordingInspection found, TextWriter output)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        double seconds = Seconds(found);
        output.WriteLine(string.Create(
            culture,
            $"recorded by {found.Manifest.Program}: {found.Manifest.MarketText}"));
        if (found.Description?.Clock is { } clock)
        {
            output.WriteLine(string.Create(
                culture,
                $"clock       {clock.Source}, resolution {clock.ResolutionNs:0.###} ns"));
        }

        output.WriteLine(string.Create(
            culture,
            $"from        {TimeArgument.Text(found.FirstTimeNs)} UTC"));
        output.WriteLine(string.Create(
            culture,
            $"to          {TimeArgument.Text(found.LastTimeNs)} UTC, {seconds:0.000} s"));
        output.WriteLine(string.Create(
            culture,
            $"files       {found.Segments.Count} of format {found.FormatVersion}, {found.FileBytes} bytes for "
            + $"{found.PayloadBytes} of payload{(found.IsStopped ? " read" : $", {Ratio(found):0.00} to 1")}"));
        foreach (SegmentFacts segment in found.Segments.Where(segment => !segment.IsSealed))
        {
            output.WriteLine(string.Create(
                culture,
                $"            {segment.File} has no index: it is being written, its writer was killed, "
                + $"or it has format 1"));
        }

        foreach (KindFacts kind in found.Kinds)
        {
            output.WriteLine(string.Create(
                culture,
                $"{kind.Kind,-18} {kind.Count,12} records {kind.PayloadBytes,14} bytes"));
        }

        output.WriteLine(string.Create(
            culture,
            $"rates       {PerSecond(found, found.Frames):0.0} messages per second, max {found.MaxFramesInASecond}; "
            + $"{PerSecond(found, found.Events):0.0} events per second"));
        var names = new InstrumentLookup(found.Manifest.InstrumentList);
        foreach ((SymbolFacts symbol, Instrument instrument) in found.Symbols.Zip(found.Manifest.InstrumentList))
        {
            output.WriteLine(string.Create(
                culture,
                $"{names.NameOf(instrument)}: {symbol.BookMessages} book messages with {symbol.LevelUpdates} level "
                + $"updates, "
                + $"{symbol.Trades} trades, {symbol.TopsOfBook} tops of book; {symbol.Snapshots} snapshots, "
                + $"{symbol.Gaps} gaps, {symbol.ChecksumsWrong} checksum mismatches, "
                + $"{symbol.StaleBooks} books invalidated"));
        }

        foreach (SourceFacts source in found.Sources)
        {
            output.WriteLine(string.Create(
                culture,
                $"connection {source.Source}: {source.Frames} messages, longest silence "
                + $"{source.LongestSilenceNs / NsPerSecond:0.000} s at "
                + $"{TimeArgument.Text(source.LongestSilenceAtNs)}"));
        }

        output.WriteLine(string.Create(
            culture,
            $"losses      {found.LostRecords} records, {found.RejectedMessages} rejected messages"));
        output.WriteLine(
            found.IsStopped ? "stopped before the end of the recording: the figures are of the part that was read"
            : found.Faults.Count == 0 ? "complete"
            : "incomplete");
    }

    private static string ToJson(RecordingInspection found)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("program", found.Manifest.Program);
            json.WriteString("session", found.Manifest.SessionId);
            VenueJson.Write(json, found.Manifest);
            json.WriteNumber("format_version", found.FormatVersion);
            json.WriteNumber("first_time_ns", found.FirstTimeNs);
            json.WriteNumber("last_time_ns", found.LastTimeNs);
            json.WriteNumber("seconds", Seconds(found));
            json.WriteNumber("file_bytes", found.FileBytes);
            json.WriteNumber("payload_bytes", found.PayloadBytes);
            json.WriteBoolean("stopped", found.IsStopped);
            if (!found.IsStopped)
            {
                json.WriteNumber("compression_ratio", Ratio(found));
            }

            json.WriteNumber("frames", found.Frames);
            json.WriteNumber("most_frames_in_a_second", found.MaxFramesInASecond);
            json.WriteNumber("frames_per_second", PerSecond(found, found.Frames));
            json.WriteNumber("events_per_second", PerSecond(found, found.Events));
            json.WriteNumber("events", found.Events);
            json.WriteNumber("lost_records", found.LostRecords);
            json.WriteNumber("rejected_messages", found.RejectedMessages);
            WriteLists(json, found);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteLists(Utf8JsonWriter json, RecordingInspection found)
    {
        json.WriteStartArray("segments");
        foreach (SegmentFacts segment in found.Segments)
        {
            json.WriteStartObject();
            json.WriteString("file", segment.File);
            json.WriteNumber("bytes", segment.Bytes);
            json.WriteBoolean("sealed", segment.IsSealed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("kinds");
        foreach (KindFacts kind in found.Kinds)
        {
            json.WriteStartObject(kind.Kind.ToString());
            json.WriteNumber("records", kind.Count);
            json.WriteNumber("payload_bytes", kind.PayloadBytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("symbols");
        foreach (SymbolFacts symbol in found.Symbols)
        {
            json.WriteStartObject();
            json.WriteString("venue", symbol.Venue);
            json.WriteString("symbol", symbol.Symbol);
            json.WriteNumber("book_messages", symbol.BookMessages);
            json.WriteNumber("level_updates", symbol.LevelUpdates);
            json.WriteNumber("trades", symbol.Trades);
            json.WriteNumber("tops_of_book", symbol.TopsOfBook);
            json.WriteNumber("snapshots", symbol.Snapshots);
            json.WriteNumber("gaps", symbol.Gaps);
            json.WriteNumber("checksums_wrong", symbol.ChecksumsWrong);
            json.WriteNumber("books_given_up", symbol.StaleBooks);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("connections");
        foreach (SourceFacts source in found.Sources)
        {
            json.WriteStartObject();
            json.WriteNumber("source", source.Source);
            json.WriteNumber("frames", source.Frames);
            json.WriteNumber("longest_silence_ns", source.LongestSilenceNs);
            json.WriteNumber("longest_silence_at_ns", source.LongestSilenceAtNs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("faults");
        foreach (string fault in found.Faults)
        {
            json.WriteStringValue(fault);
        }

        json.WriteEndArray();
    }
}
