using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Recorder;

/// <summary>Where one session's recording lies and what its segments say of the session. Immutable.</summary>
public sealed class Recording
{
    private Recording(
        string directory, long sessionStartNs, string program, string description, ReadOnlyMemory<byte> settings)
    {
        Settings = settings;
        Directory = directory;
        SessionStartNs = sessionStartNs;
        Program = program;
        Description = description;
    }

    /// <summary>The session's own folder, as a full path.</summary>
    public string Directory { get; }

    /// <summary>When the session began, in nanoseconds since the Unix epoch.</summary>
    public long SessionStartNs { get; }

    /// <summary>The program and its version, such as <c>lowlatency 0.1.0</c>.</summary>
    public string Program { get; }

    /// <summary>What the session is about, as JSON: venue, symbols with their increments, clock. Every segment's header
    /// repeats it.</summary>
    public string Description { get; }

    /// <summary>The session's settings, the payload of the first record of every segment; empty for none. Whoever reads
    /// needs them, whatever became of the other segments.</summary>
    public ReadOnlyMemory<byte> Settings { get; }

    /// <summary>A recording whose folder is there: for the repair of one of its segments.</summary>
    internal static Recording At(string directory, SegmentReader reader) =>
        new(directory, reader.SessionStartNs, reader.Program, reader.Description, default);

    /// <summary>
    /// Makes a new folder for a session, such as <c>20261120-221500-1f0c99ab</c> (start in UTC, then random hex),
    /// and writes nothing into it.
    /// </summary>
    /// <param name="parentDirectory">Holds all recordings; is made when it is not there.</param>
    /// <param name="sessionStartNs">Now, in nanoseconds since the Unix epoch, 0 or more.</param>
    /// <param name="program">The program and its version; at most 1,024 bytes of UTF-8.</param>
    /// <param name="description">What the session is about, as JSON; at most 16 MiB of UTF-8.</param>
    /// <param name="settings">The session's settings, the payload of the first record of every segment; empty for
    /// none.</param>
    /// <returns>The new recording.</returns>
    /// <exception cref="IOException">The folder cannot be made; the message says which and why.</exception>
    public static Recording Create(
        string parentDirectory, long sessionStartNs, string program, string description = "{}",
        ReadOnlyMemory<byte> settings = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parentDirectory);
        ArgumentOutOfRangeException.ThrowIfNegative(sessionStartNs);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            Encoding.UTF8.GetByteCount(program), SegmentFormat.ProgramLengthMax, nameof(program));
        ArgumentNullException.ThrowIfNull(description);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            Encoding.UTF8.GetByteCount(description), SegmentFormat.DescriptionLengthMax, nameof(description));

        DateTime start = DateTime.UnixEpoch.AddTicks(sessionStartNs / TimeSpan.NanosecondsPerTick);
        string name = start.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture)
            + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        string directory = Path.GetFullPath(Path.Combine(parentDirectory, name));
        try
        {
            if (System.IO.Directory.Exists(directory))
            {
                throw new IOException("a folder of that name is there already");
            }

            PrivateFile.CreateFolder(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"The recording folder {directory} cannot be made: {error.Message}", error);
        }

        return new Recording(directory, sessionStartNs, program, description, settings);
    }
}
