using System;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;

namespace LowLatency.Tests.Support;

/// <summary>An assembly with one strategy, Emitted, built against any version of the contract.</summary>
internal static class EmittedStrategy
{
    private static int s_count;

    /// <summary>Writes the assembly.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="contractVersion">Version that it was built against.</param>
    /// <param name="reasons">Its reasons, or null.</param>
    /// <param name="gauges">Its gauges, or null.</param>
    /// <returns>Path of the assembly.</returns>
    public static string Write(TemporaryFolder folder, int contractVersion, Type? reasons = null, Type? gauges = null)
    {
        // A process loads an assembly of each name once.
        var name = new AssemblyName($"Emitted{Interlocked.Increment(ref s_count)}");
        var assembly = new PersistedAssemblyBuilder(name, typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule(name.Name!).DefineType(
            "EmittedStrategy", TypeAttributes.Public | TypeAttributes.Class, typeof(object), [typeof(IStrategy)]);
        ILGenerator body = type.DefineConstructor(
            MethodAttributes.Public, CallingConventions.Standard, [typeof(WatchSettings), typeof(Instrument)])
            .GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Call, typeof(object).GetConstructor([])!);
        body.Emit(OpCodes.Ret);
        (string Name, Type? Type)[] named =
        [
            .. new[] { (nameof(StrategyAttribute.Reasons), reasons), (nameof(StrategyAttribute.Gauges), gauges) }
                .Where(item => item.Item2 is not null),
        ];
        type.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(StrategyAttribute).GetConstructors().Single(), ["Emitted", "Does nothing.", contractVersion],
            named.Select(item => typeof(StrategyAttribute).GetProperty(item.Name)!).ToArray(),
            named.Select(item => (object)item.Type!).ToArray()));
        type.CreateType();
        string path = folder.File($"{name.Name}.dll");
        assembly.Save(path);
        return path;
    }

    /// <summary>Writes and loads the assembly.</summary>
    public static Assembly Load(int contractVersion, Type? reasons = null, Type? gauges = null)
    {
        using var folder = new TemporaryFolder();
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Write(folder, contractVersion, reasons, gauges));
    }
}
