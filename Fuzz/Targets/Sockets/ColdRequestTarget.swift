import ColdCore

extension FuzzTarget {
    /// A request of `cold.sock`: one strict JSON value, or a line with the byte where it ends.
    static let coldRequest = FuzzTarget("cold-request", lengthMax: 512, seeds: requestSeeds) {
        bytes in
        let request = Array(bytes)
        do throws(JSONError) {
            let value = try JSON(bytes: request)
            let written = value.bytes
            law(try JSON(bytes: written) == value, "what was read, written, reads the same")
            _ = (value["verb"]?.text, value["limit"]?.integer, value["live"]?.flag)
        } catch {
            law((0...request.count).contains(error.offset), "\(error) is in the request")
        }
    }

    @Sendable private static func requestSeeds() -> [[UInt8]] {
        [
            #"{"verb":"orders","limit":20,"live":true}"#,
            #"{"verb":"why","order":"1234567890123"}"#,
            #"{"verb":"algo.start","symbol":"AAPL","qty":1e3,"px":null,"a":[1,-2,0.5e-3,"\u00e9"]}"#,
            #"[[[[{"a":{"b":{"c":["\ud83d\ude00\n\\\""]}}}]]]]"#, "-0.0", "true", " null ",
        ].map { Array($0.utf8) }
    }
}
