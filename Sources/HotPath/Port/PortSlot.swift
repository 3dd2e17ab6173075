/// One socket as the port sees it.
@safe
struct PortSlot: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable {
        case vacant
        case open
        /// An error or the peer's end: what was received before it is still delivered.
        case ending
        /// Our own `release`: what still arrives is thrown away.
        case released
    }

    var phase: Phase = .vacant
    var isDatagram = false
    /// The ring holds a receive of this slot.
    var receiving = false
    /// The kernel has not taken all of `inFlight` yet.
    var sending = false
    var error: Int32 = 0
    var fd: Int32 = -1
    /// Counts adoptions, so that a completion of an earlier one is known for what it is.
    var generation: UInt32 = 0

    /// Gathers; swapped with `inFlight` when it goes to the kernel.
    var filling: UnsafeMutableRawPointer
    var filledBytes = 0
    /// Untouched until the kernel is done with it.
    var inFlight: UnsafeMutableRawPointer
    var inFlightBytes = 0
    var sentBytes = 0
    let capacityBytes: Int

    init(buffers: UnsafeMutableRawPointer, capacityBytes: Int) {
        unsafe filling = buffers
        unsafe inFlight = buffers + capacityBytes
        self.capacityBytes = capacityBytes
    }

    /// Moves what is gathered to the buffer the kernel reads.
    mutating func swapBuffers() {
        let empty = unsafe inFlight
        unsafe inFlight = filling
        unsafe filling = empty
        inFlightBytes = filledBytes
        sentBytes = 0
        filledBytes = 0
    }

    mutating func open(fd: Int32, isDatagram: Bool) {
        phase = .open
        self.isDatagram = isDatagram
        self.fd = fd
        error = 0
        generation &+= 1  // Wraps: a generation only has to differ from the few before it.
        receiving = false
        sending = false
        filledBytes = 0
        inFlightBytes = 0
        sentBytes = 0
    }
}
