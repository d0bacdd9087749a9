using System;
using System.Linq;
using System.Text;

namespace LowLatency.Feeds;

/// <summary>The names of the fields that a parser reads; a field's number is its index. Immutable.</summary>
internal sealed class FieldTable(params string[] names)
{
    private readonly SymbolTable _table = new(names.Select(Encoding.ASCII.GetBytes).ToArray());

    /// <summary>Number of fields.</summary>
    public int Count { get; } = names.Length;

    /// <summary>A field's number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name) => _table.Find(name);
}
