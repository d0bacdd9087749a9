using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Runtime.Threading;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

public sealed class SchedulerSliceTests
{
    private static readonly Version s_firstKernel = new(6, 12);

    [Fact]
    public void ShouldShortenTheTurnsOfTheCallingThreadAlone()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.OSVersion.Version >= s_firstKernel
                && File.Exists("/proc/self/sched"),
            "the kernel does not support or report it");
        (bool isSet, double own, double before) = (false, 0, 0);
        var thread = new Thread(() =>
        {
            before = SliceOf("thread-self");
            isSet = SchedulerSlice.TrySet(SchedulerSlice.ShortestNs);
            own = SliceOf("thread-self");
        });

        thread.Start();
        thread.Join();

        Assert.True(isSet);
        Assert.Equal(SchedulerSlice.ShortestNs, own);
        Assert.True(before > own, $"slices were {before} ns long before");
        Assert.Equal(before, SliceOf("self"));
    }

    private static double SliceOf(string who) => double.Parse(
        File.ReadLines($"/proc/{who}/sched").Single(line => line.StartsWith("se.slice", StringComparison.Ordinal))
            .Split(':')[1],
        CultureInfo.InvariantCulture);
}
