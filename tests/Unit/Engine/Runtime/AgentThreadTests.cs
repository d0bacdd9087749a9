using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Runtime.Threading;
using LowLatency.Engine.Threading;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>Scheduler settings of an agent's thread.</summary>
public sealed class AgentThreadTests
{
    private const int Fair = 0;
    private const int FirstInFirstOut = 1;

    // The kernel counts real-time priorities downwards from 99. Without one, a thread keeps the priority its process
    // was started with: 120, or another value under nice.
    [Theory]
    [InlineData(0, Fair, null)]
    [InlineData(1, FirstInFirstOut, 98)]
    [InlineData(10, FirstInFirstOut, 89)]
    public async Task ShouldRunWithThePriorityThatIsSet(int priority, int policy, int? kernelPriority)
    {
        Assert.SkipUnless(File.Exists("/proc/thread-self/sched"), "the kernel does not tell");
        Assert.SkipUnless(priority == 0 || RealTimePriority.CanSet(priority), "the system does not allow it");
        int expected = kernelPriority ?? Looker.Read("prio");
        var agent = new Looker();
        var thread = new AgentThread(agent, ThreadPlacement.Any with { Priority = priority });
        thread.Start();
        await thread.EndAsync();

        Assert.Equal((policy, expected), (agent.Policy, agent.Priority));
    }

    [Fact]
    public async Task ShouldEndWhereTheSystemKnowsNoSuchPriority()
    {
        var thread = new AgentThread(
            new Looker(), ThreadPlacement.Any with { Priority = RealTimePriority.Max + 1 });
        thread.Start();
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(thread.EndAsync);

        Assert.Contains("thread looker failed", fault.Message, StringComparison.Ordinal);
        Assert.Contains("does not allow priority 100", fault.Message, StringComparison.Ordinal);
    }

    private sealed class Looker : IAgent
    {
        public string RoleName => "looker";

        public int Policy { get; private set; } = -1;

        public int Priority { get; private set; }

        public int DoWork()
        {
            (Policy, Priority) = (Read("policy"), Read("prio"));
            return 0;
        }

        public void Idle()
        {
        }

        public static int Read(string name) => int.Parse(
            File.ReadLines("/proc/thread-self/sched").Single(line => line.Split(':')[0].Trim() == name).Split(':')[1],
            CultureInfo.InvariantCulture);
    }
}
