using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Tests.Support;

/// <summary>All permutations of some items.</summary>
internal static class Permutations
{
    /// <summary>All permutations of consecutive numbers; the ascending order first.</summary>
    public static IEnumerable<int[]> Of(int first, int count) => Of(Enumerable.Range(first, count).ToArray());

    private static IEnumerable<int[]> Of(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(item => Of(items.Where(other => other != item).ToArray())
            .Select(rest => rest.Prepend(item).ToArray()));
}
