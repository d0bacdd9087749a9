using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Recorder.Lz4;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>Planted keys, and the search for them in everything that a process has left behind.</summary>
internal sealed class Canaries
{
    private readonly List<(string Form, byte[] Bytes)> _forms = [];

    /// <summary>Bytes searched.</summary>
    public long Searched { get; private set; }

    /// <summary>Texts and files searched.</summary>
    public int Places { get; private set; }

    /// <summary>Number of forms that each place is searched for.</summary>
    public int Forms => _forms.Count;

    /// <summary>What was found, and where.</summary>
    public List<string> Found { get; } = [];

    /// <summary>Creates a key; it is transformed in each form in which it could be written.</summary>
    public string Plant(string name)
    {
        string key = $"{name}/{Guid.NewGuid():N}+=&";
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        void Add(string form, string text) => _forms.Add(($"{name} {form}", Encoding.UTF8.GetBytes(text)));
        Add("plain", key);
        Add("without its signs", key[..^3]);
        Add("hexadecimal", Convert.ToHexString(bytes));
        Add("hexadecimal", Convert.ToHexStringLower(bytes));
        Add("percent-encoded", Uri.EscapeDataString(key));
        Add("percent-encoded", Uri.EscapeDataString(key).ToLowerInvariant());
        Add("JSON", JsonEncodedText.Encode(key).ToString());

        // Base64 depends on the position: three variants, without the letters that depend on neighbours.
        for (int before = 0; before < 3; before++)
        {
            string text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            Add("base64", text[(before == 0 ? 0 : 4)..^4]);
        }

        return key;
    }

    public void Search(string place, string text) => Search(place, Encoding.UTF8.GetBytes(text));

    public void Search(string place, ReadOnlySpan<byte> bytes)
    {
        Places++;
        Searched += bytes.Length;
        foreach ((string form, byte[] wanted) in _forms)
        {
            if (bytes.IndexOf(wanted) >= 0)
            {
                Found.Add($"{place}: {form}");
            }
        }
    }

    /// <summary>Searches each file of a folder, and the contents of recordings.</summary>
    public void SearchFolder(string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order())
        {
            byte[] bytes = File.ReadAllBytes(file);
            Search(file, file);
            Search(file, bytes);
            if (file.EndsWith(".lz4", StringComparison.Ordinal))
            {
                Search(file + " (content)", Content(bytes));
            }
        }
    }

    private static byte[] Content(byte[] file)
    {
        using var content = new MemoryStream();
        var reader = new Lz4FrameReader(new MemoryStream(file));
        while (reader.Read(out ReadOnlySpan<byte> block) == Lz4ReadResult.Block)
        {
            content.Write(block);
        }

        Assert.NotEqual(0, content.Length);
        return content.ToArray();
    }
}
