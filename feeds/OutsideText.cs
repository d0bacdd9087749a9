using System;

namespace LowLatency.Feeds;

/// <summary>Text that came from a venue or a file of others.</summary>
public static class OutsideText
{
    /// <summary>The text with a replacement character for each control character: those would let a hostile message
    /// write to the operator's terminal.</summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, (letters, source) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                letters[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
    }
}
