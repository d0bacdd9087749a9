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
/// The clients of the web bench, in their own process: a number of scrapes of the metrics page per second, over ten
/// kept connections, and a number of websockets that never read. It reports how many of those were accepted, then
/// answers each line of its input with the number of pages received so far, until its input is closed. One thread at a
/// time.
/// </summary>
internal sealed class WebLoad : IDisposable
{
    private const int Lines = 4;
    private const int AtOnce = 10;

    private readonly Process _process;

    private WebLoad(Process process)
    {
        _process = process;
        Watching = (int)NextNumber();
    }

    /// <summary>Number of websockets that the server accepted.</summary>
    public int Watching { get; }

    /// <summary>The main method of the client process.</summary>
    public static int Run(int port, int scrapesPerSecond, int watchers)
    {
        Socket[] watching = Enumerable.Range(0, watchers).Select(_ => Connect(port)).ToArray();
        int admitted = watching.Count(IsLetIn);
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
        Report(admitted);
        while (Console.In.ReadLine() is not null)
        {
            Report(Interlocked.Read(ref pages));
        }

        Volatile.Write(ref isEnding, true);
        Array.ForEach(threads, thread => thread.Join());
        Array.ForEach(watching, socket => socket.Dispose());
        return 0;
    }

    /// <summary>Starts the client process; returns when all clients are connected.</summary>
    /// <exception cref="InvalidOperationException">They did not connect.</exception>
    public static WebLoad Start(int port, int scrapesPerSecond, int watchers)
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
        return new WebLoad(process);
    }

    /// <summary>Returns the number of pages received so far.</summary>
    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    public long CountPages()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        return NextNumber();
    }

    /// <summary>Ends the client process.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Report(long number) => Console.WriteLine(number.ToString(CultureInfo.InvariantCulture));

    private long NextNumber() => long.TryParse(
        _process.StandardOutput.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw new InvalidOperationException("the client process has ended");

    private static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    // Reads the response headers byte by byte, and nothing after them.
    private static bool IsLetIn(Socket socket)
    {
        socket.Send("GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8);
        socket.Send("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8);
        Span<byte> head = stackalloc byte[4096];
        int count = 0;
        while (count < head.Length && !head[..count].EndsWith("\r\n\r\n"u8)
            && socket.Receive(head.Slice(count, 1)) == 1)
        {
            count++;
        }

        return head[..count].StartsWith("HTTP/1.1 101 "u8);
    }

    // The lines alternate, so that requests are spread over the second.
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
