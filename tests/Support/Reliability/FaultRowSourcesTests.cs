using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>Derived by each suite: the rows found in its sources are those that its assembly declares.</summary>
public abstract class FaultRowSourcesTests
{
    [Fact]
    public void ShouldReadFromTheSourcesWhatTheAssemblyDeclares()
    {
        Assembly assembly = GetType().Assembly;
        string suite = FaultRowSources.Suites.Single(name => assembly.GetName().Name == $"LowLatency.{name}Tests");
        IEnumerable<(string, string)> declared = assembly
            .GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetCustomAttributes<FaultRowAttribute>(inherit: false)
                .Select(item => (item.Row, FaultLedger.NameOf(method))));

        Assert.Equal(declared.Distinct().Order(), FaultRowSources.Read(suite).Order());
    }
}
