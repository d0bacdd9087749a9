using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Host.Configuration;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class Spelling
{
    private const int MaxNearest = 3;

    // A longer word is no slip of the hand, and would take its time to compare.
    private const int MaxLength = 100;

    /// <summary>The names that are nearest to a word, at most three; none for a word that is far too long.</summary>
    public static IReadOnlyList<string> Nearest(string word, IEnumerable<string> names) => word.Length > MaxLength
        ? []
        : names.GroupBy(name => Distance(name, word)).MinBy(group => group.Key)?
            .Order(StringComparer.Ordinal).Take(MaxNearest).ToArray() ?? [];

    /// <summary>Letters changed, missing, too many, or two in the wrong order. Case does not count.</summary>
    public static int Distance(string first, string second)
    {
        (string x, string y) = (first.ToUpperInvariant(), second.ToUpperInvariant());
        int[] before = new int[y.Length + 1];
        int[] above = Enumerable.Range(0, y.Length + 1).ToArray();
        for (int i = 1; i <= x.Length; i++)
        {
            int[] row = new int[y.Length + 1];
            row[0] = i;
            for (int j = 1; j <= y.Length; j++)
            {
                int changed = above[j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1);
                row[j] = Math.Min(changed, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[y.Length];
    }
}
