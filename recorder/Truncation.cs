namespace LowLatency.Recorder;

/// <summary>A place from which on a segment could not be read.</summary>
/// <param name="File">The segment file, with its path.</param>
/// <param name="Offset">Where in the file the first block begins that could not be used; bytes.</param>
/// <param name="Problem">What is wrong, in words.</param>
public sealed record Truncation(string File, long Offset, string Problem)
{
    /// <summary>One line for a person.</summary>
    /// <returns>The file, the offset and the words.</returns>
    public override string ToString() => $"{File}, byte {Offset}: {Problem}";
}
