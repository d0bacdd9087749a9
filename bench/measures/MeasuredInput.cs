using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Recorder;
using LowLatency.Replay;
using Recordings = LowLatency.Recorder.Recording;

namespace LowLatency.Measures;

/// <summary>One record of a recording, in memory.</summary>
/// <param name="Record">Its fixed part.</param>
/// <param name="Payload">Its payload.</param>
internal readonly record struct RecordedInput(InputRecord Record, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Input of measurements: a recording whose first records are in memory, one after the other as in a connection's pipe.
/// A capture is converted to a recording in a temporary folder, which is removed on disposal.
/// </summary>
public sealed class MeasuredInput : IDisposable
{
    // About a minute of the busiest market, which fits into any machine's memory.
    private const int MaxBytes = 64 << 20;

    // Fewer are not meaningful.
    private const int MinMessages = 100;

    private string? _temporary;

    private MeasuredInput(string name, string recording, string? temporary)
    {
        Name = name;
        Recording = recording;
        _temporary = temporary;
        Manifest = Read(recording, out RecordedInput[] inputs, out byte[] settings, out bool isWhole);
        Inputs = inputs;
        int messages = inputs.Count(item => item.Record.Kind == InputKind.Frame);
        if (messages < MinMessages || !Manifest.Feeds.Any(feed => feed.CarriesBooks))
        {
            throw new InvalidDataException(
                $"'{name}' has {messages} messages and {Manifest.Feeds.Count(feed => feed.CarriesBooks)} feeds of "
                + $"books: at least {MinMessages} and one are needed");
        }

        if (!isWhole)
        {
            Name += ", first part";
            Recording = Cut(settings);
        }
    }

    /// <summary>Description of the input.</summary>
    public string Name { get; }

    /// <summary>Folder or file of the recording; for a longer one, another recording with its first part.</summary>
    public string Recording { get; }

    /// <summary>The session's settings.</summary>
    public SessionManifest Manifest { get; }

    /// <summary>Its first records without the settings.</summary>
    internal RecordedInput[] Inputs { get; }

    /// <summary>Opens a recording or a capture.</summary>
    /// <param name="path">A recording, or a capture of lines, optionally gzipped.</param>
    /// <param name="venue">Venue of a capture; null to choose between Binance Spot and USD-M by its messages.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    /// <exception cref="KeyNotFoundException">There is no such venue.</exception>
    public static MeasuredInput Open(string path, string? venue = null)
    {
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"no recording and no capture at '{path}'", path);
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        return SegmentReader.TryOpen(path, out SegmentReader? reader, out _)
            ? Opened(reader!, name, path)
            : Directory.Exists(path)
                ? throw new InvalidDataException($"'{path}' is not a recording")
                : Import(name, venue ?? VenueOf(path), () => Beginning(path));
    }

    // Slightly more than what is measured, so that a capture of days is not imported completely.
    private static IEnumerable<CapturedMessage> Beginning(string path)
    {
        long bytes = 0;
        return Capture.Read([path], withSymbolLists: true)
            .TakeWhile(message => (bytes += message.Body.Length) <= MaxBytes);
    }

    // A recording of what is in memory, so that all measurements use the same data.
    private string Cut(byte[] settings)
    {
        _temporary ??= PrivateFile.CreateTemporaryFolder("lowlatency-bench-");
        var recording = Recordings.Create(_temporary, Inputs[0].Record.ReceiveTimeNs, "bench", settings: settings);
        using var writer = new SegmentWriter(recording, new SegmentWriterOptions { SyncAtSeal = false });
        foreach (RecordedInput item in Inputs)
        {
            writer.Append(item.Record, item.Payload.Span);
        }

        writer.Seal();
        return recording.Directory;
    }

    /// <summary>Creates a recording of messages.</summary>
    /// <param name="name">Their description.</param>
    /// <param name="venue">Their venue.</param>
    /// <param name="read">Returns the messages; may be called repeatedly.</param>
    /// <exception cref="InvalidDataException">They are not messages of this venue.</exception>
    public static MeasuredInput Import(string name, string venue, Func<IEnumerable<CapturedMessage>> read)
    {
        var folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        try
        {
            ImportResult imported = new CaptureImport(Venues.Find(venue), symbol: null).Run(
                read, name, Describe, folder.FullName, "bench");
            return new MeasuredInput(name, imported.Folder, folder.FullName);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Removes temporary files.</summary>
    public void Dispose()
    {
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static MeasuredInput Opened(SegmentReader reader, string name, string path)
    {
        reader.Dispose();
        return new MeasuredInput(name, path, temporary: null);
    }

    // Futures messages contain the previous message's id.
    private static string VenueOf(string path)
    {
        foreach (CapturedMessage message in Capture.Read([path]).Take(1000))
        {
            if (message.Body.AsSpan().IndexOf("\"pu\":"u8) >= 0)
            {
                return "binance-futures";
            }
        }

        return "binance";
    }

    private static SessionManifest Read(
        string recording, out RecordedInput[] inputs, out byte[] settingsJson, out bool isWhole)
    {
        if (!SegmentReader.TryOpen(recording, out SegmentReader? reader, out string problem))
        {
            throw new InvalidDataException(problem);
        }

        using (reader)
        {
            if (!reader!.TryRead(out InputRecord first, out ReadOnlySpan<byte> settings)
                || first.Kind != InputKind.Settings)
            {
                throw new InvalidDataException($"'{recording}' does not begin with a session's settings");
            }

            settingsJson = settings.ToArray();
            SessionManifest manifest = SessionManifest.FromJson(settings);
            var found = new List<(InputRecord Record, int Start, int Length)>();
            var bytes = new MemoryStream();
            isWhole = true;
            while (reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
            {
                if (bytes.Length + payload.Length > MaxBytes)
                {
                    isWhole = false;
                    break;
                }

                found.Add((record, (int)bytes.Length, payload.Length));
                bytes.Write(payload);
            }

            byte[] all = bytes.ToArray();
            inputs = found.Where(item => item.Record.Kind != InputKind.Settings)
                .Select(item => new RecordedInput(item.Record, all.AsMemory(item.Start, item.Length))).ToArray();
            return manifest;
        }
    }

    private static InstrumentManifest Describe(Instrument instrument) => new(
        instrument,
        new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue / 4,
            MaxPositionTickLots = long.MaxValue / 4,
            MaxOpenOrders = 20,
            CollarPpm = 10_000,
        },
        new StrategyManifest("DirectionMask", new Dictionary<string, string>()));
}
