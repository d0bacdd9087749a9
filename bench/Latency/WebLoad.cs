using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace LowLatency.Bench.Latency;

/// <summary>
/// The visitors of the web bench, in a process of their own: so many scrapes of the metrics page a second, ten at once
/// over kept connections, and so many websockets that never read. It works until its input is closed, and then says
/// how many pages it was given.
/// </summary>
internal static class WebLoad
{
    private const int Lines = 4;
    private const int AtOnce = 10;
    private const string Ready = "ready";

    /// <summary>The visitors' side: a process's whole work.</summary>
    public static int Run(int port, int scrapesPerSecond, int watchers)
    {
        Socket[] watching = Enumerable.Range(0, watchers).Select(_ => Watch(port)).ToArray();
        long pages = 0;
        bool isEnding = false;
        Thread[] threads = scrapesPerSecond == 0
            ? []
            : Enumerable.Range(0, Lines).Select(line => new Thread(() =>
            {
                using Socket socket = Connect(port);
                var reading = new Thread(() => CountPages(socket, ref pages)) { IsBackground = true };
                reading.Start();
                Scrape(socket, line, scrapesPerSecond, ref isEnding);
            })
            { IsBackground = true }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Console.WriteLine(Ready);
        Console.In.ReadToEnd();
        Volatile.Write(ref isEnding, true);
        Array.ForEach(threads, thread => thread.Join());
        Console.WriteLine(Interlocked.Read(ref pages).ToString(CultureInfo.InvariantCulture));
        Array.ForEach(watching, socket => socket.Dispose());
        return 0;
    }

    /// <summary>Starts the visitors' process; returns when all of them are there.</summary>
    public static Process Start(int port, int scrapesPerSecond, int watchers)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string own = typeof(WebLoad).Assembly.Location;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(own);
        }

        foreach (object word in new object[] { "web-load", port, scrapesPerSecond, watchers })
        {
            start.ArgumentList.Add(Convert.ToString(word, CultureInfo.InvariantCulture)!);
        }

        Process process = Process.Start(start)!;
        process.PriorityClass = ProcessPriorityClass.Idle;
        return process.StandardOutput.ReadLine() == Ready
            ? process
            : throw new InvalidOperationException("the visitors did not come");
    }

    /// <summary>Ends the visitors' process.</summary>
    /// <returns>Pages that they were given.</returns>
    public static long End(Process process)
    {
        process.StandardInput.Close();
        string words = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(words, CultureInfo.InvariantCulture);
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static Socket Watch(int port)
    {
        Socket socket = Connect(port);
        socket.Send("GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8);
        socket.Send("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8);
        return socket;
    }

    // The lines take turns, so that the requests are spread over the second.
    private static void Scrape(Socket socket, int line, int perSecond, ref bool isEnding)
    {
        byte[] requests = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", AtOnce)));
        var interval = TimeSpan.FromSeconds((double)Lines * AtOnce / perSecond);
        TimeSpan due = interval * line / Lines;
        var watch = Stopwatch.StartNew();
        while (!Volatile.Read(ref isEnding))
        {
            TimeSpan wait = due - watch.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }

            socket.Send(requests);
            due += interval;
        }
    }

    private static void CountPages(Socket socket, ref long pages)
    {
        ReadOnlySpan<byte> head = "HTTP/1.1 200 "u8;
        byte[] buffer = new byte[256 * 1024];
        int kept = 0;
        try
        {
            while (socket.Receive(buffer.AsSpan(kept)) is > 0 and var count)
            {
                Span<byte> bytes = buffer.AsSpan(0, kept + count);
                Interlocked.Add(ref pages, bytes.Count(head));
                kept = Math.Min(bytes.Length, head.Length - 1);
                bytes[^kept..].CopyTo(buffer);
            }
        }
        catch (SocketException)
        {
            // The bench has ended.
        }
        catch (ObjectDisposedException)
        {
            // So has this side.
        }
    }
}
