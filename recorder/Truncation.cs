namespace LowLatency.Recorder;

/// <summary>A place from which a segment cannot be read.</summary>
/// <param name="File">Path of the segment file.</param>
/// <param name="Offset">File offset of the first unusable block.</param>
/// <param name="Problem">The error text.</param>
public sealed record Truncation(string File, long Offset, string Problem)
{
    /// <summary>One line of text.</summary>
    /// <returns>File, offset and error.</returns>
    public override string ToString() => $"{File}, byte {Offset}: {Problem}";
}
