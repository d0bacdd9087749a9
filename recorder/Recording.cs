using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Recorder;

/// <summary>
/// Location of one session's recording, and its segment headers' description of the session. Immutable.
/// </summary>
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

    /// <summary>The session's folder, as a full path.</summary>
    public string Directory { get; }

    /// <summary>When the session began, in nanoseconds since the Unix epoch.</summary>
    public long SessionStartNs { get; }

    /// <summary>The program and its version, such as <c>lowlatency 0.1.0</c>.</summary>
    public string Program { get; }

    /// <summary>
    /// Description of the session, as JSON: venue, symbols with their increments, clock. Every segment header repeats
    /// it.
    /// </summary>
    public string Description { get; }

    /// <summary>
    /// The session's settings, the payload of the first record of every segment; empty for none. Readers need them even
    /// if other segments are lost.
    /// </summary>
    public ReadOnlyMemory<byte> Settings { get; }

    /// <summary>A recording in an existing folder, for repairing one of its segments.</summary>
    internal static Recording At(string directory, SegmentReader reader) =>
        new(directory, reader.SessionStartNs, reader.Program, reader.Description, default);

    /// <summary>
    /// Creates a folder for a session, such as <c>20261120-221500-1f0c99ab</c> (start in UTC, then random hex). It
    /// stays empty.
    /// </summary>
    /// <param name="parentDirectory">Holds all recordings; created if missing.</param>
    /// <param name="sessionStartNs">Now, in nanoseconds since the Unix epoch, 0 or more.</param>
    /// <param name="program">The program and its version; at most 1,024 bytes of UTF-8.</param>
    /// <param name="description">Description of the session, as JSON; at most 16 MiB of UTF-8.</param>
    /// <param name="settings">The session's settings, the payload of the first record of every segment; empty for
    /// none.</param>
    /// <returns>The new recording.</returns>
    /// <exception cref="IOException">The folder cannot be created; the message says which and why.</exception>
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
                throw new IOException("it already exists");
            }

            PrivateFile.CreateFolder(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"cannot create the recording folder {directory}: {error.Message}", error);
        }

        return new Recording(directory, sessionStartNs, program, description, settings);
    }
}
